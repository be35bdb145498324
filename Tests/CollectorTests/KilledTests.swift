import ChildProcess
import EmbeddedClickHouse
import Foundation
import HTTPTypes
import OTLP
import Synchronization
import Testing

@testable import Collector

@Suite(
    "What was acknowledged survives",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .serialized,
    .timeLimit(.minutes(15))
)
struct KilledTests {
    /// What a client knows of the numbered items that it sent.
    private final class Ledger: Sendable {
        private struct State {
            var last = 0
            var acknowledged: Set<Int> = []
        }

        private let state = Mutex(State())
        private let isOver = Atomic<Bool>(false)

        var acknowledged: Set<Int> { state.withLock { $0.acknowledged } }
        var sent: Int { state.withLock { $0.last } }

        func end() {
            isOver.store(true, ordering: .relaxed)
        }

        /// Sends new items for ever; nothing is sent twice, whatever became of it.
        func send(_ count: Int, by export: @Sendable (ClosedRange<Int>) async -> Bool) async {
            while !isOver.load(ordering: .relaxed) {
                let numbers = state.withLock { state in
                    defer { state.last += count }
                    return state.last + 1...state.last + count
                }
                guard await export(numbers) else {
                    try? await Task.sleep(for: .milliseconds(5))
                    continue
                }
                state.withLock { $0.acknowledged.formUnion(numbers) }
            }
        }
    }

    /// How often each of both is killed; more by `COLLECTOR_KILLS`.
    private static let kills = Int(ProcessInfo.processInfo.environment["COLLECTOR_KILLS"] ?? "") ?? 3

    @Test(
        "Killing the collector and ClickHouse at any moment loses nothing that was acknowledged, and stores nothing twice"
    )
    func killed() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        let collector = try CollectorProcess([
            "CH_HOST": "127.0.0.1:\(clickHouse.port)", "COLLECTOR_INSERT_TIMEOUT": "5000",
            // Small, so that segments come and go, and some requests are read from the log again.
            "COLLECTOR_LOG_SEGMENT_BYTES": "65536", "COLLECTOR_QUEUE_BYTES": "2000000",
        ])
        try await collector.start()
        let (spans, logs, sums) = (Ledger(), Ledger(), Ledger())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    await spans.send(20) { await collector.export(Samples.spans($0), "/v1/traces") == .ok }
                }
            }
            group.addTask {
                await logs.send(5) { numbers in
                    await collector.export(Samples.logs(numbers.map { Samples.record($0) }), "/v1/logs") == .ok
                }
            }
            group.addTask {
                await sums.send(5) { numbers in
                    await collector.export(Samples.metrics(numbers.map { Samples.sum($0) }), "/v1/metrics") == .ok
                }
            }
            for _ in 0..<Self.kills {
                // Any moment will do.
                try await Task.sleep(for: .milliseconds(.random(in: 50...1_500)))
                collector.kill()
                try await collector.start()
                try await Task.sleep(for: .milliseconds(.random(in: 50...1_500)))
                clickHouse.kill()
                let seen = spans.acknowledged.count
                try await eventually { spans.acknowledged.count > seen + 200 }
                if Bool.random() {
                    collector.kill()
                    try await collector.start()
                }
                try await clickHouse.start()
            }
            for ledger in [spans, logs, sums] { ledger.end() }
            try await group.waitForAll()
        }
        try await eventually { try await collector.metric("otelcol_exporter_queue_size") == 0 }
        #expect(try await collector.metric("otelcol_log_lost_records") == 0)
        #expect(try await collector.metric("otelcol_exporter_rows_dropped") == 0)

        try await check(spans, "reinterpretAsUInt64(reverse(unhex(SpanId)))", "otel_traces", clickHouse)
        try await check(logs, "toUInt64(substring(Body, 8))", "otel_logs", clickHouse)
        try await check(sums, "toUInt64(Value)", "otel_metrics_sum", clickHouse)
        let stored = try await clickHouse.count("otel_traces")
        for table in ["otel_traces_rollup_5m", "otel_traces_rollup_1h"] {
            #expect(try await clickHouse.query("SELECT sum(Calls) FROM \(table)") == "\(stored)\n")
        }
    }

    private func check(
        _ ledger: Ledger,
        _ number: String,
        _ table: String,
        _ clickHouse: EmbeddedClickHouse
    ) async throws {
        let text = try await clickHouse.query("SELECT \(number) FROM \(table)")
        let stored = text.split(separator: "\n").compactMap { Int($0) }
        let different = Set(stored)
        #expect(stored.count == different.count, "\(table): rows are stored twice")
        #expect(ledger.acknowledged.count > 0)
        #expect(ledger.acknowledged.subtracting(different).isEmpty, "\(table): acknowledged rows are lost")
        #expect(different.allSatisfy { (1...ledger.sent).contains($0) })
    }

    @Test("A disk that takes no more is said in one line and answered with 503, until there is room again")
    func fullDisk() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        // The system refuses to let a file grow, as it does on a full disk.
        let collector = try CollectorProcess(
            ["CH_HOST": "127.0.0.1:\(clickHouse.port)"],
            limits: "trap '' XFSZ; ulimit -S -f 64"
        )
        try await collector.start()
        var acknowledged = 0
        func send() async -> Bool {
            let status = await collector.export(Samples.spans(acknowledged + 1...acknowledged + 20), "/v1/traces")
            if status == .ok { acknowledged += 20 } else { #expect(status == .serviceUnavailable) }
            return status == .ok
        }
        while await send() {}
        for _ in 0..<20 { #expect(await send() == false) }
        let complaints = collector.output.split(separator: "\n").filter { $0.contains("cannot be used") }
        #expect(complaints.count == 1)
        #expect(complaints.first?.contains("File too large") == true)
        #expect(acknowledged > 0)

        let lifted = try await ChildProcess.run(["prlimit", "--pid", "\(collector.identifier)", "--fsize=unlimited"])
        #expect(lifted.status == 0)
        try await eventually { await send() }
        for _ in 0..<50 { #expect(await send()) }
        let expected = acknowledged
        try await eventually { try await clickHouse.count("otel_traces") == expected }
        #expect(try await clickHouse.query("SELECT uniqExact(SpanId) FROM otel_traces") == "\(expected)\n")
    }
}
