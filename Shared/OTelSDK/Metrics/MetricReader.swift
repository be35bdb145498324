public import OTLP

/// What a reader wants of the metrics that it collects.
public struct MetricReaderSettings: Sendable {
    /// Since when sums and histograms count, by kind of instrument; always cumulative by default.
    public var temporality: @Sendable (InstrumentKind) -> AggregationTemporality
    /// How measurements become points where no view says so, by kind of instrument.
    public var aggregation: @Sendable (InstrumentKind) -> Aggregation
    /// How many series a metric may have; 2000 by default. All others share one further series.
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

/// Collects metrics from a provider (OpenTelemetry specification, Metrics SDK, MetricReader).
public protocol MetricReader: Sendable {
    /// What it wants of the metrics.
    var settings: MetricReaderSettings { get }
    /// Sets where to collect from. The provider calls it once.
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
