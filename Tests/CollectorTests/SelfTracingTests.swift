import EmbeddedClickHouse
import HTTPCore
import HTTPTypes
import OTLP
import ServiceKit
import Testing

@testable import Collector

@Suite("The collector's own traces", .timeLimit(.minutes(3)))
struct SelfTracingTests {
    /// Returns once everything is stored that was taken.
    private func settle(_ running: RunningCollector) async throws {
        try await eventually { running.collector.pipeline.queuedItems == 0 }
    }

    @Test("are a span for a request and one for its batch, and none for storing these")
    func endless() async throws {
        try await withCollector(before: StubbornClickHouse([]), ["COLLECTOR_TRACES_PER_SECOND": "1000"]) { running in
            let own = try #require(running.collector.pipeline.ownTraces)
            try await running.take(Samples.spans(1...10))
            try await settle(running)
            // As often as it would take to see that storing a span makes the next one.
            for _ in 0..<5 {
                await own.flush()
                try await settle(running)
            }
            #expect(running.statistics.ownKept == [.spans: 2])
            #expect(running.statistics.ownDropped.isEmpty)
            try await eventually { running.statistics.rows[.traces]?.written == 12 }
            // They were not received.
            #expect(running.statistics.items[.spans]?.accepted == 10)
        }
    }

    @Test("say what came, what was refused and why, and which tables refused their rows")
    func failures() async throws {
        let clickHouse = StubbornClickHouse([])
        clickHouse.refuse(table: "otel_logs")
        try await withCollector(before: clickHouse, ["COLLECTOR_TRACES_PER_SECOND": "1000"]) { running in
            let own = try #require(running.collector.pipeline.ownTraces)
            let status = try await running.send(
                .post,
                "/v1/traces",
                [.contentType: "application/x-protobuf"],
                [1, 2, 3]
            ).head.status
            #expect(status == .badRequest)
            try await running.take(Samples.logs([Samples.record(1)]), "/v1/logs")
            // The log's batch is given back after some refusals, which ends its span.
            try await eventually {
                await own.flush()
                return running.statistics.ownKept[.spans, default: 0] >= 3
            }
            try await eventually { clickHouse.inserts.contains { $0.query["query"]?.contains("otel_traces") == true } }
            func isStored(_ text: String) -> Bool {
                clickHouse.inserts.contains { String(decoding: $0.body, as: UTF8.self).contains(text) }
            }
            for text in [
                "receiver/otlp/TraceDataReceived", "undecodable", "receiver/otlp/LogsReceived",
                "accepted_log_records", "exporter/clickhouse/logs", "Not stored yet: otel_logs.", "otel-collector",
            ] {
                try await eventually { isStored(text) }
            }
            clickHouse.refuse(table: nil)
        }
    }

    @Test("are at most so many a second, and none when they are turned off")
    func bounded() async throws {
        try await withCollector(before: StubbornClickHouse([]), ["COLLECTOR_TRACES_PER_SECOND": "0"]) { running in
            #expect(running.collector.pipeline.ownTraces == nil)
            try await running.take(Samples.spans(1...10))
            try await settle(running)
            #expect(running.statistics.ownKept.isEmpty)
        }
        let began = ContinuousClock.now
        try await withCollector(before: StubbornClickHouse([]), ["COLLECTOR_TRACES_PER_SECOND": "1"]) { running in
            for number in 0..<50 { try await running.take(Samples.spans(number * 10 + 1...number * 10 + 10)) }
            try await settle(running)
            await running.collector.pipeline.ownTraces?.flush()
            let most = 2 * (Int((ContinuousClock.now - began) / .seconds(1)) + 1)
            #expect((1...most).contains(running.statistics.ownKept[.spans, default: 0]))
        }
    }

    @Test(
        "stand in ClickHouse as internal spans of otel-collector without a parent, so that no map shows them",
        .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it")
    )
    func stored() async throws {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        let settings = ["CH_HOST": "127.0.0.1:\(clickHouse.port)", "COLLECTOR_TRACES_PER_SECOND": "1000"]
        try await withCollector(settings) { running in
            try await running.take(Samples.spans(1...10))
            try await settle(running)
            await running.collector.pipeline.ownTraces?.flush()
            try await eventually { try await clickHouse.count("otel_traces") == 12 }
            let rows = try await clickHouse.query(
                """
                SELECT SpanName, SpanKind, ParentSpanId, ScopeName, SpanAttributes['transport'],
                    SpanAttributes['accepted_spans'], SpanAttributes['items.sent']
                FROM otel_traces WHERE ServiceName = 'otel-collector' ORDER BY SpanName
                """
            )
            #expect(
                rows == """
                    exporter/clickhouse/traces\tInternal\t\tCollector\t\t\t10
                    receiver/otlp/TraceDataReceived\tInternal\t\tCollector\thttp\t10\t

                    """
            )
            let named = try await clickHouse.query(
                """
                SELECT countIf(ResourceAttributes['service.version'] != '' AND
                    ResourceAttributes['service.namespace'] = 'faultline')
                FROM otel_traces WHERE ServiceName = 'otel-collector'
                """
            )
            #expect(named == "2\n")
            let calls = try await clickHouse.query(
                """
                SELECT countIf(Caller = 'otel-collector' OR has(Served.ServiceName, 'otel-collector'))
                FROM otel_traces_rollup_calls
                """
            )
            #expect(calls == "0\n")
        }
    }
}
