import Foundation
import Testing

/// One way in which the shop breaks, and the sign by which the telemetry tells.
struct Incident: Sendable, CustomTestStringConvertible {
    let name: String
    /// Which admin listener arms it.
    let portVariable: String
    let intensity: Double?
    /// Counts the sign since a moment, which stands for `SINCE` in the text.
    let sign: String
    /// How often the sign is to be seen.
    let least: Int

    var testDescription: String { name }

    private static let logs = "SELECT count() FROM otel_logs WHERE Timestamp >= SINCE AND "
    private static let spans = "SELECT count() FROM otel_traces WHERE Timestamp >= SINCE AND "

    /// Those that everyday traffic brings out.
    static let all = [
        Incident(
            name: "payment_timeout",
            portVariable: "INVENTORY_ADMIN_PORT",
            intensity: nil,
            sign: spans + """
                ServiceName = 'inventory-service' AND SpanName = 'database_transaction'
                AND has(Events.Name, 'db.client.connection.wait') AND Duration > 500000000
                """,
            least: 10
        ),
        Incident(
            name: "cascade_failure",
            portVariable: "INVENTORY_ADMIN_PORT",
            intensity: 384,
            sign: spans + "ServiceName = 'inventory-service' AND SpanName = 'POST /reserve' AND Duration > 1000000000",
            least: 20
        ),
        Incident(
            name: "product_db_timeout",
            portVariable: "INVENTORY_ADMIN_PORT",
            intensity: nil,
            sign: logs + "ServiceName = 'inventory-service' AND LogAttributes['error.type'] = 'database_locked'",
            least: 5
        ),
        Incident(
            name: "visa_cache_full",
            portVariable: "PAYMENT_ADMIN_PORT",
            intensity: 100,
            sign: logs + """
                ServiceName = 'sample-ecommerce-app' AND Body = 'Failed to place order' AND LogAttributes['cause'] =
                'failed to charge card: could not charge the card: Visa cache full: cannot add new item.'
                """,
            least: 20
        ),
        Incident(
            name: "payment_gateway_error",
            portVariable: "PAYMENT_ADMIN_PORT",
            intensity: nil,
            sign: spans + """
                ServiceName = 'payment-service' AND SpanName = 'payment_gateway_call' AND StatusCode = 'Error'
                AND SpanAttributes['app.payment.card_type'] = 'mastercard'
                """,
            least: 5
        ),
        Incident(
            name: "bad_release",
            portVariable: "SAMPLE_APP_ADMIN_PORT",
            intensity: 0.5,
            sign: spans + """
                SpanName = 'checkout' AND StatusCode = 'Error' AND SpanAttributes['service.version'] = '1.5.0'
                """,
            least: 5
        ),
    ]
}

@Suite(
    "An incident",
    .serialized,
    .timeLimit(.minutes(20)),
    .enabled(
        if: ChildProcess.environment["INCIDENT_TESTS"] != nil,
        "They take many minutes: set INCIDENT_TESTS=1 to run them."
    )
)
struct IncidentTests {
    private func count(_ incident: Incident, since: String) -> String {
        incident.sign.replacingOccurrences(of: "SINCE", with: since)
    }

    @Test("is not there before, shows in the telemetry while it lasts, heals, and is named nowhere in what was stored")
    func incidents() async throws {
        let admin = FaultAdmin()
        let suite = try await RunningSuite(name: "incidents", rate: 20, environment: admin.environment)
        for incident in Incident.all {
            try await suite.number(
                """
                SELECT countIf(SpanAttributes['http.response.status_code'] = '200') FROM otel_traces
                WHERE SpanName = 'POST /checkout' AND SpanKind = 'Server' AND Timestamp > now() - INTERVAL 5 SECOND
                """
            ) { $0 >= 30 }
            let began = try await suite.demo("sql", "SELECT toUnixTimestamp64Milli(now64(3))")
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let since = "fromUnixTimestamp64Milli(\(began))"
            let before = try await suite.number(
                count(incident, since: "fromUnixTimestamp64Milli(\(began)) - INTERVAL 5 SECOND")
            )
            #expect(before == 0, "\(incident.name) is there before it was armed.")

            let intensity = incident.intensity.map { #","intensity":\#($0)"# } ?? ""
            #expect(try await admin.send("PUT", incident, body: #"{"ttl_s":120\#(intensity)}"#) == "200")
            try await suite.number(count(incident, since: since)) { $0 >= incident.least }

            #expect(try await admin.send("DELETE", incident) == "200")
            try await suite.number(count(incident, since: "now() - INTERVAL 5 SECOND")) { $0 == 0 }
        }
        try await findNoNames(in: suite)
        await suite.stop()
    }

    /// Looks through every text that was stored for the names of incidents.
    private func findNoNames(in suite: RunningSuite) async throws {
        let names = Incident.all.map(\.name) + ["intermittent_error", "duplicate_payment", "admin/faults"]
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let places = [
            ("otel_traces", "concat(SpanName, StatusMessage, toString(SpanAttributes), toString(Events.Attributes))"),
            ("otel_logs", "concat(Body, toString(LogAttributes))"),
            ("otel_metrics_sum", "concat(MetricName, MetricDescription, toString(Attributes))"),
            ("otel_metrics_gauge", "concat(MetricName, MetricDescription, toString(Attributes))"),
            ("otel_metrics_histogram", "concat(MetricName, MetricDescription, toString(Attributes))"),
        ]
        for (table, text) in places {
            let found = try await suite.number("SELECT countIf(multiSearchAny(\(text), [\(list)])) FROM \(table)")
            #expect(found == 0, "\(table) names an incident.")
        }
    }

    @Test("cannot be armed where the configuration makes it impossible")
    func fixed() async throws {
        let admin = FaultAdmin()
        let fixes = [
            "INVENTORY_REPORT_POOL": "own", "INVENTORY_AUDIT": "bounded", "INVENTORY_CATALOGUE_JOURNAL": "wal",
            "PAYMENT_VISA_CACHE": "lru", "PAYMENT_RETRY_BUDGET": "tenth", "CART_VERSION_CHECK": "always",
            "PAYMENT_KEY": "always", "SHOP_RELEASE": "stable",
        ]
        let suite = try await RunningSuite(
            name: "fixed",
            rate: nil,
            environment: admin.environment.merging(fixes) { value, _ in value }
        )
        for incident in Incident.all {
            #expect(try await admin.send("PUT", incident, body: #"{"ttl_s":5}"#) == "409", "\(incident.name)")
        }
        await suite.stop()
    }
}

/// The admin listeners of one suite.
private struct FaultAdmin {
    private let token = "a-token-for-tests-only"
    private let ports = Dictionary(
        uniqueKeysWithValues: zip(
            ["SAMPLE_APP_ADMIN_PORT", "PAYMENT_ADMIN_PORT", "INVENTORY_ADMIN_PORT"],
            FreePorts.find(3)
        )
    )

    /// What the suite's processes are told.
    var environment: [String: String] {
        ports.mapValues { String($0) }.merging(["ADMIN_TOKEN": token]) { port, _ in port }
    }

    /// Sends a request; returns the status.
    func send(_ method: String, _ incident: Incident, body: String? = nil) async throws -> String {
        var words = [
            "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method,
            "-H", "Authorization: Bearer \(token)",
            "http://127.0.0.1:\(ports[incident.portVariable] ?? 0)/admin/faults/\(incident.name)",
        ]
        if let body { words += ["-H", "Content-Type: application/json", "-d", body] }
        return try await ChildProcess.run(words).output
    }
}
