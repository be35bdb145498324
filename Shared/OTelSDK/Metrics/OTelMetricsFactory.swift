public import CoreMetrics
import OTLP
import Synchronization

/// The metrics factory of this SDK behind swift-metrics' API. Labels become instrument names, dimensions attributes; a
/// ``MetricDescription`` says what an instrument measures.
public struct OTelMetricsFactory: MetricsFactory {
    private let meter: OTelMeter
    private let descriptions: [String: MetricDescription]
    private let known = KnownInstruments()

    /// Creates a factory.
    ///
    /// - Parameter descriptions: What the process's metrics mean, by label.
    public init(_ provider: MeterProvider, descriptions: [MetricDescription] = []) {
        meter = provider.meter("swift-metrics")
        self.descriptions = Dictionary(descriptions.map { ($0.label, $0) }) { _, last in last }
    }

    private func series(
        _ label: String,
        _ dimensions: [(String, String)],
        _ kind: InstrumentKind,
        unit: String = "",
        boundaries: [Double]? = nil,
        isInteger: Bool = false
    ) -> MetricSeries {
        let description = descriptions[label]
        let core = known.core(KnownInstruments.Key(label: label, kind: kind, isInteger: isInteger)) {
            meter.registry.instrument(
                InstrumentDescriptor(
                    name: label,
                    kind: kind,
                    unit: description?.unit ?? unit,
                    description: description?.description ?? "",
                    explicitBucketBoundaries: description?.boundaries ?? boundaries,
                    isInteger: isInteger
                ),
                scope: meter.scope
            )
        }
        return MetricSeries(
            core: core,
            attributes: AttributeSet(dimensions.map { Attribute($0.0, .string($0.1)) })
        )
    }

    /// A counter: a monotonic sum of integers.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CounterBackend(series(label, dimensions, .counter, isInteger: true))
    }

    /// A counter: a monotonic sum of doubles.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        FloatingPointCounterBackend(series(label, dimensions, .counter))
    }

    /// A meter: a gauge, or an up-down counter when its description says so.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        meter(label, dimensions)
    }

    private func meter(_ label: String, _ dimensions: [(String, String)]) -> MeterBackend {
        guard descriptions[label]?.kind == .upDownCounter else {
            return MeterBackend(series(label, dimensions, .gauge), isSum: false)
        }
        // Two handles of one series must know from each other what was set last.
        let series = series(label, dimensions, .upDownCounter)
        return known.meter(label, series.attributes) { MeterBackend(series, isSum: true) }
    }

    /// A recorder: a histogram, or a gauge when it does not aggregate.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return RecorderBackend(series(label, dimensions, .histogram)) }
        return meter(label, dimensions)
    }

    /// A timer: a histogram in the unit of its description, seconds by default.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let unit = descriptions[label]?.unit ?? "s"
        return TimerBackend(
            series(
                label,
                dimensions,
                .histogram,
                unit: "s",
                boundaries: unit == "s" ? MetricDescription.secondsBoundaries : nil
            ),
            nanosecondsPerUnit: TimerBackend.nanoseconds(per: unit)
        )
    }

    /// Forgets the series.
    public func destroyCounter(_ handler: any CounterHandler) { (handler as? CounterBackend)?.series.remove() }
    /// Forgets the series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        (handler as? FloatingPointCounterBackend)?.series.remove()
    }
    /// Forgets the series.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    /// Forgets the series.
    public func destroyRecorder(_ handler: any RecorderHandler) {
        (handler as? RecorderBackend)?.series.remove()
        destroy(handler)
    }
    private func destroy(_ handler: AnyObject) {
        guard let meter = handler as? MeterBackend else { return }
        meter.series.remove()
        known.forget(meter)
    }

    /// Forgets the series.
    public func destroyTimer(_ handler: any TimerHandler) { (handler as? TimerBackend)?.series.remove() }
}

/// What a factory has made before: making a handle is common, and asking the meter each time would be slow.
private final class KnownInstruments: Sendable {
    struct Key: Hashable {
        let label: String
        let kind: InstrumentKind
        let isInteger: Bool
    }

    private struct State {
        var cores: [Key: InstrumentCore] = [:]
        var meters: [String: [AttributeSet: MeterBackend]] = [:]
    }

    private let state = Mutex(State())

    func core(_ key: Key, make: () -> InstrumentCore) -> InstrumentCore {
        if let core = state.withLock({ $0.cores[key] }) { return core }
        let core = make()
        state.withLock { $0.cores[key] = core }
        return core
    }

    func meter(_ label: String, _ attributes: AttributeSet, make: () -> MeterBackend) -> MeterBackend {
        state.withLock { state in
            if let meter = state.meters[label]?[attributes] { return meter }
            let meter = make()
            state.meters[label, default: [:]][attributes] = meter
            return meter
        }
    }

    func forget(_ meter: MeterBackend) {
        state.withLock { $0.meters[meter.series.core.descriptor.name]?[meter.series.attributes] = nil }
    }
}

/// An instrument with the attributes that its handle was made with.
private struct MetricSeries: Sendable {
    let core: InstrumentCore
    let attributes: AttributeSet

    func record(_ value: NumberValue) { core.record(value, attributes, nil) }
    func reset() { core.reset(attributes) }
    func remove() { core.remove(attributes) }
}

private final class CounterBackend: CounterHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func increment(by amount: Int64) {
        if amount >= 0 { series.record(.int(amount)) }
    }

    func reset() { series.reset() }
}

private final class FloatingPointCounterBackend: FloatingPointCounterHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func increment(by amount: Double) {
        if amount >= 0 { series.record(.double(amount)) }
    }

    func reset() { series.reset() }
}

private final class MeterBackend: MeterHandler, RecorderHandler {
    let series: MetricSeries
    private let isSum: Bool
    /// What was set last: sums and steps are counted from there.
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
            series.record(.double(isSum ? new - value : new))
            value = new
        }
    }
}

private final class RecorderBackend: RecorderHandler {
    let series: MetricSeries
    init(_ series: MetricSeries) { self.series = series }

    func record(_ value: Int64) { series.record(.double(Double(value))) }
    func record(_ value: Double) { series.record(.double(value)) }
}

private final class TimerBackend: TimerHandler {
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
