import HTTPCore
import HTTPTypes
import ServiceKit

/// `GET /metrics`: the service's own figures in Prometheus' text format 0.0.4, on a port of its own.
enum MetricsListener {
    /// The server, which listens already.
    ///
    /// - Throws: `SettingError` when the port is taken, `ServerError` when the address cannot be used.
    static func server(_ configuration: QueryConfiguration, statistics: QueryStatistics) throws -> HTTPServer {
        var router = Router()
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4"],
                body: .text(text(of: statistics.snapshot))
            )
        }
        var server = HTTPServer.Configuration()
        server.host = configuration.host
        server.port = configuration.metricsPort
        server.maximumBodyBytes = 0
        server.shutdownGracePeriod = .seconds(1)
        do {
            return try HTTPServer(configuration: server, responder: router)
        } catch ServerError.addressInUse {
            throw SettingError(
                variable: "QUERY_METRICS_PORT",
                value: "\(configuration.metricsPort)",
                allowed: "a port that nothing else listens on"
            )
        }
    }

    /// The figures as text. Label values are words and templates of this service, which need no escaping.
    static func text(of snapshot: QueryStatistics.Snapshot) -> String {
        var text = ""
        func family(_ name: String, _ kind: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        }
        family("otel_query_duration_seconds", "histogram", "Time to answer a request, to its last byte.")
        for (route, histogram) in snapshot.durations.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels = "api=\"\(route.api)\",route=\"\(route.route)\""
            var total = 0
            for (index, count) in histogram.counts.enumerated() {
                total += count
                let bounds = QueryStatistics.Histogram.bounds
                let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
                text += "otel_query_duration_seconds_bucket{\(labels),le=\"\(bound)\"} \(total)\n"
            }
            text += "otel_query_duration_seconds_sum{\(labels)} \(histogram.sum)\n"
            text += "otel_query_duration_seconds_count{\(labels)} \(total)\n"
        }
        family("otel_query_requests_total", "counter", "Requests answered, by status.")
        for (outcome, count) in snapshot.requests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            let labels = "api=\"\(outcome.route.api)\",route=\"\(outcome.route.route)\",code=\"\(outcome.code)\""
            text += "otel_query_requests_total{\(labels)} \(count)\n"
        }
        family("otel_query_failures_total", "counter", "Queries without an answer, by reason.")
        for (reason, count) in snapshot.failures.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            text += "otel_query_failures_total{api=\"\(reason.api)\",reason=\"\(reason.reason)\"} \(count)\n"
        }
        family("otel_query_statements_total", "counter", "Statements that ClickHouse has answered.")
        text += "otel_query_statements_total \(snapshot.statements)\n"
        family("otel_query_read_rows_total", "counter", "Rows that ClickHouse has read for queries.")
        text += "otel_query_read_rows_total \(snapshot.rowsRead)\n"
        family("otel_query_read_bytes_total", "counter", "Bytes that ClickHouse has read for queries.")
        text += "otel_query_read_bytes_total \(snapshot.bytesRead)\n"
        if let memory = ResidentMemory.now {
            family("process_resident_memory_bytes", "gauge", "Resident memory in bytes.")
            text += "process_resident_memory_bytes \(memory.bytes)\n"
        }
        return text
    }
}
