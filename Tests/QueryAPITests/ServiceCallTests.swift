import EmbeddedClickHouse
import Foundation
import ServiceKit
import Testing

@testable import QueryAPI

@Suite("Calls between services", .timeLimit(.minutes(2)))
struct ServiceCallTests {
    /// A whole hour, some hours ago: a call over its edge has its two spans under two hours.
    private static let hour: Int64 = WallClock.milliseconds / 3_600_000 * 3_600 - 7_200

    private static func insert(
        _ spans: [(at: Double, trace: String, id: String, parent: String, kind: String, service: String)]
    )
        -> String
    {
        let rows = spans.map { span in
            """
            (fromUnixTimestamp64Nano(toInt64(\(hour * 1_000_000_000 + Int64(span.at * 1e9)))), '\(span.trace)', '\(span.id)',
                '\(span.parent)', 'call', '\(span.kind)', '\(span.service)', 2000000, 'Unset')
            """
        }
        return """
            INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, Duration,
                StatusCode) VALUES
            """ + rows.joined(separator: ",")
    }

    @Test("are the same before the engine has merged what came by different inserts, and afterwards")
    func merging() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        for statement in [
            "SYSTEM STOP MERGES otel_traces_rollup_calls",
            Self.insert([
                (10, "t1", "c1", "", "Client", "shop"), (20, "t2", "c2", "", "Producer", "shop"),
                (-0.1, "t3", "c3", "", "Client", "shop"),
            ]),
            Self.insert([
                (10.1, "t1", "s1", "c1", "Server", "stock"), (20.1, "t2", "s2", "c2", "Consumer", "stock"),
                (0.1, "t3", "s3", "c3", "Server", "pay"),
            ]),
            // A message has a second consumer, a service calls itself, and a caller is not known.
            Self.insert([
                (20.2, "t2", "s4", "c2", "Consumer", "pay"), (30, "t4", "c4", "", "Client", "shop"),
                (30.1, "t4", "s5", "c4", "Server", "shop"), (40, "t5", "s6", "lost", "Server", "pay"),
            ]),
            // All of a call by one insert.
            Self.insert([(50, "t6", "c6", "", "Client", "pay"), (50.1, "t6", "s7", "c6", "Server", "stock")]),
        ] { _ = try await clickHouse.query(statement) }
        let configuration = try QueryConfiguration(
            Settings(environment: ["CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": "\(clickHouse.port)"])
        )
        let database = TelemetryDatabase(configuration, statistics: QueryStatistics())
        let span = TimeSpan(from: Self.hour * 1_000, through: (Self.hour + 600) * 1_000)
        func calls() async throws -> [String] {
            try await TraceFinder(database: database).dependencies(in: span).map {
                "\($0.parent) \($0.child) \($0.calls)"
            }
        }
        let expected = ["pay stock 1", "shop pay 2", "shop stock 2"]
        #expect(try await calls() == expected)
        _ = try await clickHouse.query("SYSTEM START MERGES otel_traces_rollup_calls")
        _ = try await clickHouse.query("OPTIMIZE TABLE otel_traces_rollup_calls FINAL")
        #expect(try await calls() == expected)
    }
}
