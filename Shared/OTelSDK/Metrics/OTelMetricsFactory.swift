public import CoreMetrics
import OTLP

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
        // Two handles of one series share the last value that was set.
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
