import ServiceKit

extension QueryService {
    /// What this service's own metrics mean.
    static let metrics = [
        ServiceMetric("otel_query_duration_seconds", unit: "s", "Time to answer a request, to its last byte."),
        ServiceMetric("otel_query_requests_total", unit: "{request}", "Requests answered, by status."),
        ServiceMetric("otel_query_failures_total", unit: "{query}", "Queries without an answer, by reason."),
        ServiceMetric("otel_query_statements_total", unit: "{statement}", "Statements that ClickHouse has answered."),
        ServiceMetric("otel_query_read_rows_total", unit: "{row}", "Rows that ClickHouse has read for queries."),
        ServiceMetric("otel_query_read_bytes_total", unit: "By", "Bytes that ClickHouse has read for queries."),
    ]
}
