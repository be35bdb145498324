import ChildProcess
import Foundation
import HTTPCore
import HTTPTypes
import Testing

@Suite(
    "A suite on every address of its machine, whose environment names a proxy that leads nowhere",
    .timeLimit(.minutes(5))
)
struct ArrangementTests {
    @Test("answers over IPv4 and IPv6, is heard of, and writes and sends no more than LOG_LEVEL says")
    func everyAddress() async throws {
        let nowhere = "http://127.0.0.1:9"
        let suite = try await RunningSuite(
            name: "every-address",
            rate: 10,
            classes: "all",
            environment: [
                "BIND_HOST": "::", "http_proxy": nowhere, "https_proxy": nowhere, "all_proxy": nowhere,
                "LOG_LEVEL": "warning", "OTEL_METRIC_EXPORT_INTERVAL": "1000",
            ]
        )
        // ClickHouse, where anybody may write, stays on the loopback address.
        for variable in [
            "SAMPLE_APP_PORT", "PAYMENT_SERVICE_PORT", "INVENTORY_SERVICE_PORT", "COLLECTOR_HTTP_PORT",
            "COLLECTOR_METRICS_PORT", "QUERY_SERVICE_PORT",
        ] {
            for host in ["127.0.0.1", "[::1]"] {
                let authority = "\(host):\(try #require(suite.ports[variable]))"
                let request = HTTPRequest(method: .get, scheme: "http", authority: authority, path: "/")
                let answer = try await suite.client.execute(request)
                _ = try await answer.body.collect(upTo: 1 << 20)
                #expect(answer.head.status.code < 500, "\(variable) at \(authority): \(answer.head.status)")
            }
        }
        try await suite.number(
            """
            SELECT uniqExact(ServiceName) FROM otel_traces
            WHERE SpanKind = 'Server' AND ServiceName != 'query-service'
            """
        ) { $0 == 3 }
        try await suite.number("SELECT count() FROM otel_logs WHERE SeverityText = 'WARN'") { $0 > 0 }
        #expect(try await suite.number("SELECT count() FROM otel_logs WHERE SeverityNumber < 13") == 0)
        for service in ["sample-ecommerce-app", "payment-service", "inventory-service"] {
            let log = try String(contentsOfFile: "\(suite.data)/logs/\(service).log", encoding: .utf8)
            #expect(!log.contains(" info "), "\(service) writes: \(log.prefix(500))")
        }
        struct Status: Decodable {
            let name: String
            let healthy: Bool
        }
        // The embedding endpoint is not waited for when a suite starts: it loads its model meanwhile.
        var statuses: [Status] = []
        while statuses.isEmpty || !statuses.allSatisfy(\.healthy) {
            statuses = try JSONDecoder().decode(
                [Status].self,
                from: Data(try await suite.demo("status", "--json").utf8)
            )
        }
        #expect(statuses.count >= 7, "\(statuses)")
        await suite.stop()
    }
}
