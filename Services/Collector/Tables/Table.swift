/// The tables of the ClickHouse exporter, by its default names, and HyperDX's for session replay.
enum Table: String, CaseIterable, Sendable {
    case traces = "otel_traces"
    case logs = "otel_logs"
    case replays = "hyperdx_sessions"
    case gauge = "otel_metrics_gauge"
    case sum = "otel_metrics_sum"
    case histogram = "otel_metrics_histogram"
    case exponentialHistogram = "otel_metrics_exp_histogram"
    case summary = "otel_metrics_summary"

    /// What its rows are.
    var signal: Signal {
        switch self {
        case .traces: .spans
        case .logs, .replays: .logRecords
        case .gauge, .sum, .histogram, .exponentialHistogram, .summary: .metricPoints
        }
    }
}

/// The three kinds of telemetry, by the names that the collector's own metrics have for their items.
enum Signal: String, CaseIterable, Sendable {
    case spans
    case logRecords = "log_records"
    case metricPoints = "metric_points"
}
