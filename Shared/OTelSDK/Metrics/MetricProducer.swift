public import OTLP

/// Gives metrics that do not come from instruments (OpenTelemetry specification, Metrics SDK, MetricProducer).
public protocol MetricProducer: Sendable {
    /// The metrics as they stand; those that the filter refuses are left out.
    func produce(filter: MetricFilter?) async -> [ScopeMetrics]
}

/// Chooses metrics and their series (OpenTelemetry specification, Metrics SDK, MetricFilter).
public struct MetricFilter: Sendable {
    /// A filter's decision about a metric.
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
