import OTelSDK

extension Telemetry {
    /// The metrics that every service has.
    static let standardMetrics: [MetricDescription] = [
        MetricDescription(
            "http.server.request.duration",
            unit: "s",
            "Duration of HTTP server requests.",
            boundaries: MetricDescription.secondsBoundaries
        ),
        MetricDescription(
            "http.client.request.duration",
            unit: "s",
            "Duration of HTTP client requests.",
            boundaries: MetricDescription.secondsBoundaries
        ),
        MetricDescription(
            "http.server.active_requests",
            unit: "{request}",
            "Number of HTTP server requests in flight.",
            kind: .upDownCounter
        ),
        MetricDescription("http.server.duration", unit: "ms", "Duration of HTTP server requests."),
        MetricDescription(
            "http.server.response.size",
            unit: "By",
            "Size of HTTP response bodies.",
            boundaries: [0, 128, 512, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576]
        ),
        MetricDescription("http_response_time_ms", unit: "ms", "Time to answer a request."),
        MetricDescription("http_requests_total", unit: "{request}", "Requests answered."),
        MetricDescription("process.memory.usage", unit: "By", "Physical memory in use.", kind: .upDownCounter),
        MetricDescription("process.cpu.time", unit: "s", "CPU time used, by mode."),
        MetricDescription(
            "db.client.connection.count",
            unit: "{connection}",
            "Connections, by state.",
            kind: .upDownCounter
        ),
        MetricDescription(
            "db.client.connection.max",
            unit: "{connection}",
            "The most connections that may be open.",
            kind: .upDownCounter
        ),
        MetricDescription(
            "db.client.connection.pending_requests",
            unit: "{request}",
            "Requests that wait for a connection.",
            kind: .upDownCounter
        ),
        MetricDescription(
            "db.client.operation.duration",
            unit: "s",
            "Duration of database operations.",
            boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
        ),
        MetricDescription("db.client.connection.timeouts", unit: "{timeout}", "Waits for a connection that ran out."),
        MetricDescription("db.client.connection.wait_time", unit: "s", "Time to obtain a connection."),
        MetricDescription("db.client.connection.use_time", unit: "s", "Time between borrowing and returning."),
        MetricDescription("db.client.connection.create_time", unit: "s", "Time to open a connection."),
    ]
}
