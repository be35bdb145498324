public import OTLP

/// Sends collected metrics somewhere (OpenTelemetry specification, Metrics SDK, MetricExporter).
public protocol MetricExporter: Sendable {
    /// Since when sums and histograms are to count, by kind of instrument.
    func temporality(for kind: InstrumentKind) -> AggregationTemporality
    /// How measurements are to become points where no view says so, by kind of instrument.
    func aggregation(for kind: InstrumentKind) -> Aggregation
    /// Sends what was collected. A reader does not call it again before it has returned, and cancels it when it takes
    /// too long.
    func export(_ metrics: ResourceMetrics) async -> ExportResult
    /// Sends what it has kept, if it keeps anything.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Sends what it has kept and refuses what comes later.
    func shutdown(timeout: Duration) async -> Outcome
}

extension MetricExporter {
    /// Since the start.
    public func temporality(for kind: InstrumentKind) -> AggregationTemporality { .cumulative }
    /// What fits the kind.
    public func aggregation(for kind: InstrumentKind) -> Aggregation { .default }
    /// Nothing is kept.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to end.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
