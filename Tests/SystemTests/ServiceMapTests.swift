import ChildProcess
import Foundation
import Testing

@Suite("The running suite", .timeLimit(.minutes(5)))
struct ServiceMapTests {
    struct ServiceMap: Decodable {
        struct Edge: Decodable {
            let source: String
            let target: String
            let calls: Int
            let errors: Int
        }
        let edges: [Edge]
    }

    /// Waits until a hundred checkouts were stored.
    private func busySuite() async throws -> RunningSuite {
        let suite = try await SharedSuite.instance.suite
        try await suite.number(
            "SELECT count() FROM otel_traces WHERE SpanName = 'POST /checkout' AND SpanKind = 'Server'"
        ) { $0 >= 100 }
        return suite
    }

    @Test("draws exactly the two edges of the shop, without errors")
    func edges() async throws {
        let suite = try await busySuite()
        var map = ServiceMap(edges: [])
        // The callees' spans are stored in their own time.
        repeat {
            map = try JSONDecoder().decode(ServiceMap.self, from: Data(try await suite.demo("map", "--json").utf8))
        } while map.edges.count < 2 || map.edges.contains { $0.calls < 100 }
        #expect(
            Set(map.edges.map { "\($0.source) -> \($0.target)" }) == [
                "sample-ecommerce-app -> inventory-service", "sample-ecommerce-app -> payment-service",
            ]
        )
        #expect(map.edges.allSatisfy { $0.errors == 0 })
    }

    /// Waits until none of what began before now is without what belongs to it: that may still be on its way.
    private func settles(_ suite: RunningSuite, _ incomplete: (_ before: String) -> String) async throws {
        let now = try await suite.number("SELECT toUnixTimestamp(now())")
        try await suite.number(incomplete("toDateTime(\(now))")) { $0 == 0 }
    }

    @Test("gives every server span of a callee its caller's client span as parent")
    func orphans() async throws {
        let suite = try await busySuite()
        try await settles(suite) { now in
            """
            SELECT count() FROM otel_traces AS server
            LEFT ANTI JOIN (SELECT TraceId, SpanId FROM otel_traces WHERE SpanKind = 'Client') AS client
              ON server.TraceId = client.TraceId AND server.ParentSpanId = client.SpanId
            WHERE server.SpanKind = 'Server' AND server.ServiceName != 'sample-ecommerce-app'
              AND server.Timestamp < \(now)
            """
        }
    }

    @Test("stores whole traces: one root, and no parent that is missing")
    func wholeTraces() async throws {
        let suite = try await busySuite()
        try await settles(suite) { now in
            """
            SELECT count() FROM (
              SELECT TraceId, countIf(ParentSpanId = '') AS roots, groupArray(SpanId) AS spans,
                     arrayFilter(p -> p != '' AND NOT has(spans, p), groupArray(ParentSpanId)) AS missing
              FROM otel_traces GROUP BY TraceId
              HAVING min(Timestamp) < \(now) AND (roots != 1 OR notEmpty(missing)))
            """
        }
    }

    @Test("says in every span of a visitor's trace whose session it is, in all three services")
    func sessions() async throws {
        let suite = try await busySuite()
        // A visitor's trace is one whose root the shop served in a session; after some seconds it is stored whole.
        let spans = """
            FROM otel_traces WHERE TraceId IN (
              SELECT TraceId FROM otel_traces
              WHERE ServiceName = 'sample-ecommerce-app' AND ParentSpanId = '' AND SpanAttributes['session.id'] != ''
                AND Timestamp < now() - INTERVAL 5 SECOND)
            """
        try await suite.number("SELECT uniqExact(ServiceName) \(spans)") { $0 == 3 }
        let services = try await suite.rows(
            "SELECT ServiceName, countIf(SpanAttributes['session.id'] = '') AS nameless \(spans) GROUP BY 1 ORDER BY 1"
        )
        #expect(services.map { $0[0] } == ["inventory-service", "payment-service", "sample-ecommerce-app"])
        #expect(services.allSatisfy { $0[1] == "0" }, "\(services)")
    }

    @Test("goes on in the checkout's trace where a confirmed order is sent and each group processes it")
    func messages() async throws {
        let suite = try await busySuite()
        // Of each message that was sent some seconds ago: who sent it, in which trace and session, and who processed it.
        let messages = """
            FROM
              (SELECT * FROM otel_traces WHERE SpanKind = 'Producer' AND Timestamp < now() - INTERVAL 10 SECOND
                 AND TraceId IN (SELECT TraceId FROM otel_traces WHERE SpanName IN ('POST /checkout', 'POST /payment')))
              AS sent
            LEFT JOIN (SELECT * FROM otel_traces WHERE SpanKind = 'Consumer') AS processed
              ON processed.TraceId = sent.TraceId AND processed.ParentSpanId = sent.SpanId
            """
        try await suite.number("SELECT count() \(messages)") { $0 >= 40 }
        let rows = try await suite.rows(
            """
            SELECT count() = 2 * uniqExact(sent.SpanId),
                   uniqExact(processed.SpanAttributes['messaging.consumer.group.name']),
                   countIf(sent.ServiceName != 'sample-ecommerce-app' OR sent.SpanName != 'send orders'),
                   countIf(processed.ServiceName != 'inventory-service' OR processed.SpanName != 'process orders'),
                   countIf(sent.SpanAttributes['session.id'] != processed.SpanAttributes['session.id']
                       OR sent.SpanAttributes['session.id'] = ''),
                   countIf(sent.SpanAttributes['app.message.offset'] != processed.SpanAttributes['app.message.offset']
                       OR sent.SpanAttributes['messaging.destination.partition.id']
                          != processed.SpanAttributes['messaging.destination.partition.id']
                       OR sent.SpanAttributes['messaging.message.body.size'] = ''
                       OR processed.SpanAttributes['messaging.system'] = ''
                       OR processed.SpanAttributes['messaging.destination.name'] != 'orders')
            \(messages)
            """
        )
        #expect(rows == [["1", "2", "0", "0", "0", "0"]])
        try await suite.number(
            "SELECT uniqExact(Attributes) FROM otel_metrics_gauge WHERE MetricName = 'messaging.consumer_group.lag'"
        ) { $0 == 8 }
    }

    @Test("names a span in the exemplars of every service's request durations")
    func exemplars() async throws {
        let suite = try await busySuite()
        try await suite.number(
            """
            SELECT uniqExact(m.ServiceName) FROM (
              SELECT ServiceName, arrayJoin(Exemplars.SpanId) AS SpanId FROM otel_metrics_histogram
              WHERE MetricName = 'http.server.request.duration') AS m
            INNER JOIN (SELECT ServiceName, SpanId FROM otel_traces WHERE SpanKind = 'Server') AS t
              ON m.ServiceName = t.ServiceName AND m.SpanId = t.SpanId
            """
        ) { $0 == 3 }
    }

    @Test("says in every row of every signal which build it comes from, of which system, in which environment")
    func deployment() async throws {
        let suite = try await busySuite()
        for table in ["otel_traces", "otel_logs", "otel_metrics_sum", "otel_metrics_histogram"] {
            // Rows of metrics come later than those of requests.
            try await suite.number("SELECT uniqExact(ServiceName) FROM \(table)") { $0 >= 3 }
            // Who looks at a process from outside cannot know its build.
            let nameless = try await suite.number(
                """
                SELECT countIf(NOT mapContains(ResourceAttributes, 'service.version')
                        AND ScopeName != 'faultline.infrastructure'
                    OR NOT mapContains(ResourceAttributes, 'service.namespace')
                    OR ResourceAttributes['deployment.environment.name'] = ''
                    OR ResourceAttributes['deployment.environment'] = '')
                FROM \(table)
                """
            )
            #expect(nameless == 0, "\(table)")
        }
    }

    @Test("writes the logs of every service into their traces")
    func logs() async throws {
        let suite = try await busySuite()
        for service in ["inventory-service", "payment-service", "sample-ecommerce-app"] {
            try await suite.number(
                """
                SELECT count() FROM otel_logs AS l
                INNER JOIN (SELECT DISTINCT TraceId, ServiceName FROM otel_traces) AS t
                  ON l.TraceId = t.TraceId AND l.ServiceName = t.ServiceName
                WHERE l.ServiceName = '\(service)'
                """
            ) { $0 > 0 }
        }
    }

    @Test("makes the span tree that the documents draw")
    func tree() async throws {
        let suite = try await busySuite()
        let traces = """
            FROM otel_traces WHERE TraceId IN (
              SELECT TraceId FROM otel_traces
              WHERE SpanName = 'POST /checkout' AND SpanAttributes['http.response.status_code'] = '200'
              ORDER BY Timestamp, TraceId LIMIT 50)
            """
        // The first ones that were paid at once, as soon as their spans are stored whole.
        try await suite.number("SELECT countIf(SpanName = 'payment_gateway_call') \(traces)") { $0 >= 50 }
        let names = try await suite.rows("SELECT DISTINCT ServiceName, SpanKind, SpanName \(traces)")
            .map { $0.joined(separator: " ") }
        for expected in [
            "sample-ecommerce-app Server POST /checkout", "sample-ecommerce-app Internal checkout",
            "sample-ecommerce-app Client POST", "inventory-service Server POST /reserve",
            "inventory-service Internal database_transaction", "payment-service Server POST /process",
            "sample-ecommerce-app Internal process_payment", "payment-service Internal fraud_check",
            "payment-service Internal payment_gateway_call",
        ] {
            #expect(names.contains(expected), "\(expected) is not in \(names)")
        }
    }

    @Test("stores metrics of every service")
    func metrics() async throws {
        let suite = try await busySuite()
        try await suite.number(
            """
            SELECT uniqExact(ServiceName) FROM otel_metrics_histogram
            WHERE MetricName = 'http.server.request.duration' AND Count > 0
            """
        ) { $0 == 3 }
    }

    @Test("shows the map, the logs and a waterfall in the browser, without a click of set-up")
    func browser() async throws {
        let suite = try await busySuite()
        let python = ChildProcess.environment["FAULTLINE_PYTHON"] ?? RunningSuite.root + ".venv/bin/python"
        let outcome = try await ChildProcess.run([
            python, RunningSuite.root + "Tests/Browser/service_map.py",
            "--url", suite.origin("CLICKHOUSE_HTTP_PORT"), "--screenshots", RunningSuite.artifacts + "/screenshots",
        ])
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
