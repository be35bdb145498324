public import OTLP

/// Sends collected metrics somewhere (OpenTelemetry specification, Metrics SDK, MetricExporter).
public protocol MetricExporter: TelemetryExporter {
    /// Since when sums and histograms are to count, by kind of instrument.
    func temporality(for kind: InstrumentKind) -> AggregationTemporality
    /// How measurements are to become points where no view says so, by kind of instrument.
    func aggregation(for kind: InstrumentKind) -> Aggregation
    /// Sends what was collected. A reader does not call it again before it has returned, and cancels it when it takes
    /// too long.
    func export(_ metrics: ResourceMetrics) async -> ExportResult
}

extension MetricExporter {
    /// Since the start.
    public func temporality(for kind: InstrumentKind) -> AggregationTemporality { .cumulative }
    /// What fits the kind.
    public func aggregation(for kind: InstrumentKind) -> Aggregation { .default }
}
