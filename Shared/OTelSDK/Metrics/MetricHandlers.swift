import CoreMetrics
import OTLP
import Synchronization

/// An instrument with the attributes that its handle was made with.
struct MetricSeries: Sendable {
    let core: InstrumentCore
    let attributes: AttributeSet

    func record(_ value: NumberValue) { core.record(value, attributes, nil) }
    func reset() { core.reset(attributes) }
    func remove() { core.remove(attributes) }
}

final class CounterBackend: CounterHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func increment(by amount: Int64) {
        if amount < 0 { series.core.reject(.negative) } else { series.record(.int(amount)) }
    }

    func reset() { series.reset() }
}

final class FloatingPointCounterBackend: FloatingPointCounterHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func increment(by amount: Double) {
        if amount < 0 { series.core.reject(.negative) } else { series.record(.double(amount)) }
    }

    func reset() { series.reset() }
}

final class MeterBackend: MeterHandler, RecorderHandler {
    let series: MetricSeries
    private let isSum: Bool
    /// The last value that was set, from which an up-down counter's steps are computed.
    private let value = Mutex(0.0)

    init(_ series: MetricSeries, isSum: Bool) {
        self.series = series
        self.isSum = isSum
    }

    func set(_ value: Int64) { set(Double(value)) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Double) { update { _ in value } }
    func increment(by amount: Double) { update { $0 + amount } }
    func decrement(by amount: Double) { update { $0 - amount } }

    private func update(_ change: (Double) -> Double) {
        value.withLock { value in
            let new = change(value)
            // A sum refuses it, and goes on from the last number.
            guard new.isFinite else { return series.record(.double(new)) }
            series.record(.double(isSum ? new - value : new))
            value = new
        }
    }
}

final class RecorderBackend: RecorderHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func record(_ value: Int64) { series.record(.double(Double(value))) }
    func record(_ value: Double) { series.record(.double(value)) }
}

final class TimerBackend: TimerHandler {
    let series: MetricSeries
    private let nanosecondsPerUnit: Double

    init(_ series: MetricSeries, nanosecondsPerUnit: Double) {
        self.series = series
        self.nanosecondsPerUnit = nanosecondsPerUnit
    }

    func recordNanoseconds(_ duration: Int64) {
        series.record(.double(Double(duration) / nanosecondsPerUnit))
    }

    static func nanoseconds(per unit: String) -> Double {
        switch unit {
        case "ns": 1
        case "us": 1e3
        case "ms": 1e6
        case "min": 6e10
        case "h": 3.6e12
        default: 1e9
        }
    }
}
