/// A kind of telemetry.
enum Signal: String, Sendable, CaseIterable {
    case traces
    case logs
    case metrics

    /// Where OTLP/HTTP takes it (OTLP specification, OTLP/HTTP Request).
    var path: String { "/v1/\(rawValue)" }

    /// Where OTLP/gRPC takes it.
    var method: String {
        switch self {
        case .traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
        case .logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
        case .metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
        }
    }

    /// What one record is called.
    var record: String {
        switch self {
        case .traces: "spans"
        case .logs: "log records"
        case .metrics: "points"
        }
    }

    /// The tables of the ClickHouse exporter that its records of this tool go to.
    var table: String {
        switch self {
        case .traces: "otel_traces"
        case .logs: "otel_logs"
        case .metrics: "otel_metrics_gauge"
        }
    }
}
