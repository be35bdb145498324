import CoreMetrics
import OTLP
import Synchronization

/// One series of an instrument: it takes measurements and gives a point when it is collected.
protocol MetricSeries: AnyObject, Sendable {
    /// Its value now, without attributes and times.
    var reading: SeriesReading { get }
}

/// What a series holds.
enum SeriesReading: Sendable {
    /// Nothing was recorded yet.
    case nothing
    case sum(NumberValue)
    case upDownSum(NumberValue)
    case gauge(NumberValue)
    case histogram(HistogramReading)
}

/// A distribution, as it is collected.
struct HistogramReading: Sendable {
    var count: UInt64 = 0
    var sum = 0.0
    var min = Double.infinity
    var max = -Double.infinity
    var bucketCounts: [UInt64]
    let boundaries: [Double]
}

/// A counter of integers.
final class CounterSeries: MetricSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { value.store(0, ordering: .relaxed) }

    var reading: SeriesReading { .sum(.int(value.load(ordering: .relaxed))) }
}

/// A counter of doubles.
final class FloatingPointCounterSeries: MetricSeries, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { value.withLock { $0 += amount } }
    }

    func reset() { value.withLock { $0 = 0 } }

    var reading: SeriesReading { .sum(.double(value.withLock { $0 })) }
}

/// A value that is set, or goes up and down.
final class MeterSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let addsUp: Bool
    private let value = Mutex<Double?>(nil)

    /// - Parameter addsUp: Whether it is an up-down counter rather than a gauge.
    init(addsUp: Bool) {
        self.addsUp = addsUp
    }

    func set(_ value: Int64) { self.value.withLock { $0 = Double(value) } }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 = ($0 ?? 0) + amount } }
    func decrement(by amount: Double) { value.withLock { $0 = ($0 ?? 0) - amount } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    var reading: SeriesReading {
        guard let value = value.withLock({ $0 }) else { return .nothing }
        let number = Int64(exactly: value).map { NumberValue.int($0) } ?? .double(value)
        return addsUp ? .upDownSum(number) : .gauge(number)
    }
}

/// A histogram with explicit bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private let state: Mutex<HistogramReading>
    private let boundaries: [Double]
    /// What a nanosecond is in the metric's unit.
    private let nanosecond: Double

    init(boundaries: [Double], unit: String) {
        self.boundaries = boundaries
        nanosecond =
            switch unit {
            case "s": 1e-9
            case "ms": 1e-6
            case "us": 1e-3
            default: 1
            }
        state = Mutex(
            HistogramReading(bucketCounts: Array(repeating: 0, count: boundaries.count + 1), boundaries: boundaries)
        )
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = boundaries.firstIndex { value <= $0 } ?? boundaries.count
        state.withLock { state in
            state.count += 1
            state.sum += value
            state.min = Swift.min(state.min, value)
            state.max = Swift.max(state.max, value)
            state.bucketCounts[bucket] += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) * nanosecond) }

    var reading: SeriesReading {
        let reading = state.withLock { $0 }
        return reading.count == 0 ? .nothing : .histogram(reading)
    }
}
