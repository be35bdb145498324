import EmbeddedClickHouse
import HTTPCore
import HTTPTypes
import OTLP
import Synchronization
import Testing

@testable import Collector

@Suite(
    "What was acknowledged is stored, once",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct StoredOnceTests {
    private final class Stream: Sendable {
        let acknowledged = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
    }

    @Test("Killing ClickHouse in the middle of a stream loses no acknowledged span and stores none twice")
    func killed() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        let environment = ["CH_HOST": "127.0.0.1:\(clickHouse.port)", "COLLECTOR_INSERT_TIMEOUT": "2000"]
        try await withCollector(environment) { running in
            let stream = Stream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !stream.isOver.load(ordering: .relaxed) {
                        let first = stream.acknowledged.load(ordering: .relaxed) + 1
                        try await running.take(Samples.spans(first...first + 19))
                        stream.acknowledged.add(20, ordering: .relaxed)
                        try await Task.sleep(for: .milliseconds(2))
                    }
                }
                for _ in 1...3 {
                    let seen = stream.acknowledged.load(ordering: .relaxed)
                    try await eventually { stream.acknowledged.load(ordering: .relaxed) > seen + 500 }
                    clickHouse.kill()
                    let then = stream.acknowledged.load(ordering: .relaxed)
                    try await eventually { stream.acknowledged.load(ordering: .relaxed) > then + 500 }
                    try await clickHouse.start()
                }
                stream.isOver.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            let expected = stream.acknowledged.load(ordering: .relaxed)
            try await eventually { running.statistics.rows[.traces]?.written == expected }
            let different = try await clickHouse.query("SELECT uniqExact(SpanId) FROM otel_traces")
            #expect(Int(different.dropLast()) == expected)
            #expect(try await clickHouse.count("otel_traces") == expected)
        }
    }

    @Test("An insert whose answer was lost is repeated, and stored once")
    func lostAnswer() async throws {
        try await withForgetfulClickHouse(lost: 2) { clickHouse, address in
            try await withCollector(["CH_HOST": address]) { running in
                try await running.take(Samples.spans(1...50))
                try await eventually { running.statistics.rows[.traces]?.written == 50 }
                #expect(running.statistics.rows[.traces]?.failedInserts == 2)
            }
            try await expect(50, in: clickHouse)
        }
    }

    @Test("Several collectors repeat their inserts without taking one another's for their own")
    func severalCollectors() async throws {
        try await withForgetfulClickHouse(lost: 4) { clickHouse, address in
            // Both send the same spans: what tells their inserts apart is who sends them.
            try await withCollector(["CH_HOST": address]) { first in
                try await withCollector(["CH_HOST": address]) { second in
                    for running in [first, second] { try await running.take(Samples.spans(1...50)) }
                    for running in [first, second] {
                        try await eventually { running.statistics.rows[.traces]?.written == 50 }
                    }
                    let failed = [first, second].map { $0.statistics.rows[.traces]?.failedInserts ?? 0 }
                    #expect(failed.reduce(0, +) == 4)
                }
            }
            try await expect(100, in: clickHouse)
        }
    }

    /// Expects so many spans, also where views count them.
    private func expect(_ spans: Int, in clickHouse: EmbeddedClickHouse) async throws {
        #expect(try await clickHouse.count("otel_traces") == spans)
        #expect(try await clickHouse.count("otel_traces_trace_id_ts") == spans)
        for table in ["otel_traces_rollup_5m", "otel_traces_rollup_1h"] {
            #expect(try await clickHouse.query("SELECT sum(Calls) FROM \(table)") == "\(spans)\n")
        }
    }

    /// A ClickHouse whose first answers get lost on their way, after it has done what was asked.
    private func withForgetfulClickHouse(
        lost: Int,
        _ body: @Sendable (_ clickHouse: EmbeddedClickHouse, _ address: String) async throws -> Void
    ) async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        let client = HTTPClient(configuration: .patient)
        let count = Atomic<Int>(0)
        var router = Router()
        router.post("/") { [port = clickHouse.port] request, _ in
            var head = request.head
            head.scheme = "http"
            head.authority = "127.0.0.1:\(port)"
            head.headerFields[.contentLength] = nil
            let response = try await client.execute(head, body: try await request.body.collect(upTo: 64 << 20))
            let body = try await response.body.collect(upTo: 1 << 20)
            guard count.add(1, ordering: .relaxed).newValue > lost else {
                return Response(status: .ok, body: .stream(length: 10) { _ in throw CancellationError() })
            }
            return Response(status: response.head.status, body: .bytes(body))
        }
        var configuration = HTTPServer.Configuration()
        configuration.shutdownGracePeriod = .zero
        let server = try HTTPServer(configuration: configuration, responder: router)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await body(clickHouse, "\(server.localAddress)")
        }
    }
}
