public import OTLP
import Synchronization

/// What a reader wants of the metrics that it collects.
public struct MetricReaderSettings: Sendable {
    /// Since when sums and histograms count, by kind of instrument; always cumulative by default.
    public var temporality: @Sendable (InstrumentKind) -> AggregationTemporality
    /// How measurements become points where no view says so, by kind of instrument.
    public var aggregation: @Sendable (InstrumentKind) -> Aggregation
    /// How many series a metric may have; 2000 by default. What goes beyond becomes one further series.
    public var cardinalityLimit: Int
    /// Others whose metrics are collected along.
    public var producers: [any MetricProducer]
    /// Chooses among the metrics of the producers.
    public var filter: MetricFilter?

    /// Creates settings.
    public init(
        temporality: @escaping @Sendable (InstrumentKind) -> AggregationTemporality = TemporalityPreference.cumulative
            .temporality,
        aggregation: @escaping @Sendable (InstrumentKind) -> Aggregation = { _ in .default },
        cardinalityLimit: Int = 2_000,
        producers: [any MetricProducer] = [],
        filter: MetricFilter? = nil
    ) {
        self.temporality = temporality
        self.aggregation = aggregation
        self.cardinalityLimit = cardinalityLimit
        self.producers = producers
        self.filter = filter
    }
}

/// Since when sums and histograms count (`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`).
public enum TemporalityPreference: String, Sendable, Hashable {
    /// Since the start.
    case cumulative
    /// Since the collection before, but for up-down counters.
    case delta
    /// As costs the least memory: delta for synchronous counters and histograms.
    case lowMemory = "lowmemory"

    /// The temporality for a kind of instrument.
    @Sendable
    public func temporality(_ kind: InstrumentKind) -> AggregationTemporality {
        switch (self, kind) {
        case (.delta, .counter), (.delta, .observableCounter), (.delta, .histogram), (.lowMemory, .counter),
            (.lowMemory, .histogram):
            .delta
        default: .cumulative
        }
    }
}

/// Collects metrics from a provider (OpenTelemetry specification, Metrics SDK, MetricReader).
public protocol MetricReader: Sendable {
    /// What it wants of the metrics.
    var settings: MetricReaderSettings { get }
    /// Is told where to collect from; once, by the provider.
    func attach(_ source: MetricSource)
    /// Collects now and exports, where it exports.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Collects and exports for the last time.
    func shutdown(timeout: Duration) async -> Outcome
}

/// Where a reader collects from.
public struct MetricSource: Sendable {
    let registry: MetricRegistry
    let schemaURL: String
    let reader: Int

    /// Everything as it stands. For delta temporality the next collection starts from here.
    public func collect() async -> ResourceMetrics {
        var scopes = registry.collect(reader: reader)
        let settings = registry.readers[reader].settings
        for producer in settings.producers { scopes += await producer.produce(filter: settings.filter) }
        return ResourceMetrics(resource: registry.resource, scopeMetrics: scopes, schemaURL: schemaURL)
    }
}

/// Gives metrics that do not come from instruments (OpenTelemetry specification, Metrics SDK, MetricProducer).
public protocol MetricProducer: Sendable {
    /// The metrics as they stand; those that the filter refuses are left out.
    func produce(filter: MetricFilter?) async -> [ScopeMetrics]
}

/// Chooses metrics and their series (OpenTelemetry specification, Metrics SDK, MetricFilter).
public struct MetricFilter: Sendable {
    /// What becomes of a metric.
    public enum MetricChoice: Sendable, Hashable {
        /// All of its series are kept.
        case accept
        /// None is kept.
        case drop
        /// Each series is decided by itself.
        case acceptPartial
    }

    /// Decides about a metric, by its scope, name and unit.
    public var testMetric: @Sendable (Scope, String, InstrumentKind, String) -> MetricChoice
    /// Decides about a series, by its attributes: whether it is kept.
    public var testAttributes: @Sendable (Scope, String, InstrumentKind, String, AttributeSet) -> Bool

    /// Keeps every series.
    @Sendable
    public static func acceptAll(
        _ scope: Scope,
        _ name: String,
        _ kind: InstrumentKind,
        _ unit: String,
        _ attributes: AttributeSet
    ) -> Bool { true }

    /// Creates a filter.
    public init(
        testMetric: @escaping @Sendable (Scope, String, InstrumentKind, String) -> MetricChoice,
        testAttributes: @escaping @Sendable (Scope, String, InstrumentKind, String, AttributeSet) -> Bool =
            MetricFilter.acceptAll
    ) {
        self.testMetric = testMetric
        self.testAttributes = testAttributes
    }
}

/// Collects when it is asked to, and exports nothing by itself.
public final class ManualMetricReader: MetricReader {
    /// What it wants of the metrics.
    public let settings: MetricReaderSettings
    private let source = Mutex<MetricSource?>(nil)

    /// Creates a reader.
    public init(_ settings: MetricReaderSettings = MetricReaderSettings()) {
        self.settings = settings
    }

    /// Is told where to collect from.
    public func attach(_ source: MetricSource) {
        self.source.withLock { $0 = source }
    }

    /// Everything as it stands; `nil` before a provider has the reader, and after shutdown.
    public func collect() async -> ResourceMetrics? {
        await source.withLock { $0 }?.collect()
    }

    /// There is nothing to export.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }

    /// Ends collecting.
    public func shutdown(timeout: Duration) async -> Outcome {
        source.withLock { source in
            defer { source = nil }
            return source == nil ? .failure : .success
        }
    }
}
