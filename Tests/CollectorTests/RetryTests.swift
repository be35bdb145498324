import ClickHouseHTTP
import HTTPCore
import HTTPTypes
import OTLP
import Testing

@testable import Collector

@Suite("Writing to a ClickHouse that fails", .timeLimit(.minutes(3)))
struct RetryTests {
    @Test(
        "Repeats the same insert until it is taken",
        arguments: [
            [.refuse(500, code: 241), .refuse(503, code: 202), .refuse(404, code: 60)],
            [.breakOff, .breakOff],
            [.hang],
        ] as [[StubbornClickHouse.Answer]]
    )
    func repetition(failures: [StubbornClickHouse.Answer]) async throws {
        let clickHouse = StubbornClickHouse(failures)
        try await withCollector(before: clickHouse, ["COLLECTOR_INSERT_TIMEOUT": "3000"]) { running in
            try await running.take(Samples.spans(1...10))
            try await eventually { running.statistics.rows[.traces]?.written == 10 }
            let rows = try #require(running.statistics.rows[.traces])
            #expect(rows.failedInserts == failures.count)
            #expect(rows.dropped == 0)
        }
        let inserts = clickHouse.inserts
        #expect(inserts.count == failures.count + 1)
        let first = try #require(inserts.first)
        #expect(first.token?.isEmpty == false)
        for insert in inserts {
            #expect(insert.token == first.token)
            #expect(insert.body == first.body)
        }
    }

    @Test("Another insert has another token")
    func tokens() async throws {
        let clickHouse = StubbornClickHouse([])
        try await withCollector(before: clickHouse) { running in
            for number in 1...3 {
                try await running.take(Samples.spans(number...number))
                try await eventually { running.statistics.rows[.traces]?.written == number }
            }
        }
        #expect(Set(clickHouse.inserts.map(\.token)).count == 3)
    }

    @Test("A batch that cannot be read is given up and counted, and does not block the next")
    func unreadable() async throws {
        let clickHouse = StubbornClickHouse(
            [.refuse(400, code: 33)] + Array(repeating: .refuse(400, code: 33), count: 4)
        )
        try await withCollector(before: clickHouse) { running in
            try await running.take(Samples.spans(1...2))
            try await eventually { running.statistics.rows[.traces]?.dropped == 2 }
            try await running.take(Samples.spans(3...3))
            try await eventually { running.statistics.rows[.traces]?.written == 1 }
            try await eventually { running.collector.pipeline.budget.usedBytes == 0 }
        }
    }

    @Test("Credentials travel in header fields, never in the URL")
    func credentials() async throws {
        let clickHouse = StubbornClickHouse([])
        let environment = ["CH_USER": "writer", "CH_PASSWORD": "s3cret word", "CH_DATABASE": "tele metry"]
        try await withCollector(before: clickHouse, environment) { running in
            try await running.take(Samples.spans(1...1))
            try await eventually { running.statistics.rows[.traces]?.written == 1 }
        }
        let insert = try #require(clickHouse.inserts.first)
        #expect(insert.headers[HTTPField.Name("X-ClickHouse-User")!] == "writer")
        #expect(insert.headers[HTTPField.Name("X-ClickHouse-Key")!] == "s3cret word")
        #expect(!insert.target.contains("s3cret"))
        #expect(insert.query["database"] == "tele metry")
        #expect(insert.query["query"]?.hasPrefix("INSERT INTO otel_traces (`Timestamp`, `TraceId`") == true)
    }

    @Test("A table that refuses its rows does not stop the others, and gets all of them once it takes them")
    func oneTableRefuses() async throws {
        let clickHouse = StubbornClickHouse([])
        clickHouse.refuse(table: "otel_metrics_sum")
        try await withCollector(before: clickHouse, ["COLLECTOR_WORKERS": "1"]) { running in
            for number in 1...4 {
                try await running.take(Samples.metrics([Samples.gauge(number), Samples.sum(number)]), "/v1/metrics")
                try await eventually { running.statistics.rows[.gauge]?.written == number }
            }
            #expect(running.statistics.rows[.sum]?.written == 0)
            #expect(running.collector.pipeline.queuedItems == 8)
            clickHouse.refuse(table: nil)
            try await eventually { running.statistics.rows[.sum]?.written == 4 }
            try await eventually { running.collector.pipeline.queuedItems == 0 }
            #expect(running.statistics.rows[.gauge]?.written == 4)
            #expect(running.collector.pipeline.budget.usedBytes == 0)
        }
    }

    @Test("At the end, what waits is written")
    func flush() async throws {
        let clickHouse = StubbornClickHouse([.refuse(500, code: 1)])
        let slow = [
            "COLLECTOR_BATCH_LINGER": "60000", "COLLECTOR_BATCH_INTERVAL": "60000",
            "COLLECTOR_SHUTDOWN_TIMEOUT": "60000",
        ]
        let collector = try await withCollector(before: clickHouse, slow) { running in
            try await running.take(Samples.spans(1...4))
            return running.collector
        }
        #expect(collector.pipeline.statistics.snapshot.rows[.traces]?.written == 4)
    }

    @Test("What could not be written by the deadline stays in the log, and is written after the next start")
    func deadline() async throws {
        let folder = try TemporaryFolder()
        let environment = ["COLLECTOR_SHUTDOWN_TIMEOUT": "200", "COLLECTOR_LOG_DIR": folder.path]
        for answer in [StubbornClickHouse.Answer.hang, .refuse(500, code: 1)] {
            let clickHouse = StubbornClickHouse([], then: answer)
            let collector = try await withCollector(before: clickHouse, environment) { running in
                try await running.take(Samples.spans(1...4))
                try await running.take(Samples.logs([Samples.record(1)]), "/v1/logs")
                try await running.take(Samples.metrics([Samples.gauge(1), Samples.sum(1)]), "/v1/metrics")
                return running.collector
            }
            let rows = collector.pipeline.statistics.snapshot.rows.values
            #expect(rows.reduce(0) { $0 + $1.written + $1.dropped } == 0)
            #expect(collector.pipeline.budget.usedBytes == 0)
        }
        let clickHouse = StubbornClickHouse([])
        try await withCollector(before: clickHouse, environment) { running in
            try await eventually { running.collector.pipeline.queuedItems == 0 }
            let rows = running.statistics.rows
            #expect(rows[.traces]?.written == 8)
            for table in [Table.logs, .gauge, .sum] { #expect(rows[table]?.written == 2) }
        }
    }

    @Test("After a restart the same requests are sent again under the same token")
    func tokensAfterRestart() async throws {
        let folder = try TemporaryFolder()
        let environment = ["COLLECTOR_SHUTDOWN_TIMEOUT": "200", "COLLECTOR_LOG_DIR": folder.path]
        let failing = StubbornClickHouse([], then: .refuse(500, code: 1))
        try await withCollector(before: failing, environment) { running in
            for number in 1...5 {
                try await running.take(Samples.spans(number * 10...number * 10 + 3))
                try await eventually { failing.inserts.count >= number }
            }
        }
        let accepting = StubbornClickHouse([])
        try await withCollector(before: accepting, environment) { running in
            try await eventually { running.collector.pipeline.queuedItems == 0 }
        }
        let bodies = Dictionary(failing.inserts.map { ($0.token, $0.body) }) { first, _ in first }
        #expect(accepting.inserts.count >= bodies.count)
        for (token, body) in bodies { #expect(accepting.inserts.filter { $0.token == token }.map(\.body) == [body]) }
    }
}
