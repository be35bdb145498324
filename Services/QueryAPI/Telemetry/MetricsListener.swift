import Exposition
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
                headers: [.contentType: PrometheusText.contentType],
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

    /// The figures as text.
    static func text(of snapshot: QueryStatistics.Snapshot) -> String {
        var output = PrometheusText()
        func family(_ name: String, _ kind: MetricKind) {
            guard let metric = QueryService.metrics.first(where: { $0.label == name }) else { return }
            output.family(name, kind, unit: metric.unit, metric.meaning)
        }
        family("otel_query_duration_seconds", .histogram)
        for (route, histogram) in snapshot.durations.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            output.histogram(route.labels, histogram)
        }
        family("otel_query_requests_total", .counter)
        for (outcome, count) in snapshot.requests.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            output.sample(outcome.labels, count)
        }
        family("otel_query_failures_total", .counter)
        for (reason, count) in snapshot.failures.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            output.sample(reason.labels, count)
        }
        family("otel_query_statements_total", .counter)
        output.sample([], snapshot.statements)
        family("otel_query_read_rows_total", .counter)
        output.sample([], snapshot.rowsRead)
        family("otel_query_read_bytes_total", .counter)
        output.sample([], snapshot.bytesRead)
        if let memory = ResidentMemory.now {
            output.family("process_resident_memory_bytes", .gauge, unit: "By", "Resident memory in bytes.")
            output.sample([], memory.bytes)
        }
        return output.text
    }
}
