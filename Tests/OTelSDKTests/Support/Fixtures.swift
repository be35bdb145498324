import OTLP
import OTelSDK
import Synchronization
import Tracing

/// A provider whose spans can be looked at.
struct TraceFixture {
    let exporter = InMemorySpanExporter()
    let provider: TracerProvider

    init(
        sampler: any Sampler = AlwaysOnSampler(),
        limits: SpanLimits = SpanLimits(),
        ids: any IDGenerator = RandomIDGenerator(),
        resource: TelemetryResource = .empty,
        processors: [any SpanProcessor] = []
    ) {
        provider = TracerProvider(
            resource: resource,
            sampler: sampler,
            limits: limits,
            ids: ids,
            processors: processors + [SimpleSpanProcessor(exporter)]
        )
    }

    /// Everything that has ended so far.
    func finished() async -> [OTLP.Span] {
        _ = await provider.forceFlush()
        return exporter.spans.map(\.otlp)
    }
}

/// A provider whose metrics can be looked at.
struct MetricFixture {
    let reader: ManualMetricReader
    let provider: MeterProvider

    init(
        _ settings: MetricReaderSettings = MetricReaderSettings(),
        views: [View] = [],
        exemplarFilter: ExemplarFilter = .traceBased
    ) {
        reader = ManualMetricReader(settings)
        provider = MeterProvider(readers: [reader], views: views, exemplarFilter: exemplarFilter)
    }

    static func delta(views: [View] = []) -> MetricFixture {
        MetricFixture(MetricReaderSettings(temporality: TemporalityPreference.delta.temporality), views: views)
    }

    var meter: OTelMeter { provider.meter("test") }

    /// All metrics as they stand, by name.
    func collect() async -> [String: OTLP.Metric] {
        let metrics = await reader.collect()?.scopeMetrics.flatMap(\.metrics) ?? []
        return Dictionary(metrics.map { ($0.name, $0) }) { first, _ in first }
    }
}

extension OTLP.Metric {
    /// The points of a sum or a gauge.
    var numbers: [NumberDataPoint] {
        switch data {
        case .sum(let sum): sum.dataPoints
        case .gauge(let gauge): gauge.dataPoints
        default: []
        }
    }

    /// The only point's value.
    var value: NumberValue? { numbers.count == 1 ? numbers[0].value : nil }

    var sum: OTLP.Sum? {
        if case .sum(let sum) = data { sum } else { nil }
    }

    var histogram: HistogramDataPoint? {
        if case .histogram(let histogram) = data { histogram.dataPoints.first } else { nil }
    }

    var exponential: ExponentialHistogramDataPoint? {
        if case .exponentialHistogram(let histogram) = data { histogram.dataPoints.first } else { nil }
    }
}

/// Reads headers from a dictionary.
struct DictionaryExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}

/// Writes headers into a dictionary.
struct DictionaryInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}

extension TextMapPropagator {
    func context(from headers: [String: String]) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        extract(headers, into: &context, using: DictionaryExtractor())
        return context
    }

    func headers(of context: InstrumentationContext) -> [String: String] {
        var headers: [String: String] = [:]
        inject(context, into: &headers, using: DictionaryInjector())
        return headers
    }
}

struct Failure: Error, CustomStringConvertible {
    var description: String { "it broke" }
}

/// Notes what happens, from any thread.
final class Journal<Entry: Sendable>: Sendable {
    private let noted = Mutex<[Entry]>([])

    var entries: [Entry] { noted.withLock { $0 } }

    func note(_ entry: Entry) { noted.withLock { $0.append(entry) } }
}
