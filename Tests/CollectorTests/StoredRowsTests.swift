import EmbeddedClickHouse
import HTTPTypes
import OTLP
import Testing

@testable import Collector

@Suite(
    "Rows in a real ClickHouse",
    .enabled(if: EmbeddedClickHouse.isAvailable, "./demo test prepares the Python that runs it"),
    .serialized,
    .timeLimit(.minutes(5))
)
struct StoredRowsTests {
    private let start = Samples.start
    private let resource = #"{"host.cpu":"2","service.name":"shop"}"#
    private let traceID = TraceID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
    private let spanID = SpanID(value: 0xF00D)
    private let traceText = "0102030405060708090a0b0c0d0e0f10"
    private let spanText = "000000000000f00d"

    /// The rows of a table as JSON, a line each, with times as nanoseconds.
    private func rows(_ table: String, _ columns: [String], _ clickHouse: EmbeddedClickHouse) async throws -> [String] {
        let list = columns.map { column in
            switch column {
            case "Events.Timestamp", "Exemplars.TimeUnix":
                "arrayMap(t -> toUnixTimestamp64Nano(t), `\(column)`) AS `\(column)`"
            case "Timestamp", "StartTimeUnix", "TimeUnix": "toUnixTimestamp64Nano(`\(column)`) AS `_\(column)`"
            default: "`\(column)`"
            }
        }
        let settings = "output_format_json_quote_64bit_integers = 0, output_format_json_escape_forward_slashes = 0"
        let text = try await clickHouse.query(
            "SELECT \(list.joined(separator: ", ")) FROM \(table) ORDER BY 1 SETTINGS \(settings) FORMAT JSONCompactEachRow"
        )
        return text.split(separator: "\n").map { String($0.replacing(", ", with: ",")) }
    }

    private func withStore<Result: Sendable>(
        _ body: @Sendable (RunningCollector, EmbeddedClickHouse) async throws -> Result
    ) async throws -> Result {
        let clickHouse = try EmbeddedClickHouse()
        try await clickHouse.start()
        defer { clickHouse.kill() }
        return try await withCollector(["CH_HOST": "127.0.0.1:\(clickHouse.port)"]) { running in
            try await body(running, clickHouse)
        }
    }

    @Test("Every column of a span equals what was sent")
    func spans() async throws {
        let full = Span(
            traceID: traceID,
            spanID: spanID,
            traceState: "vendor=1",
            parentSpanID: SpanID(value: 0xBEEF),
            name: "GET /products/{id}",
            kind: .client,
            startTime: start,
            endTime: start + 1_234_567,
            attributes: [
                KeyValue(key: "z", value: .bool(true)), KeyValue(key: "a", value: .string("é \"quoted\"\n")),
                KeyValue(key: "list", value: .array([.int(1), .string("b")])),
                KeyValue(key: "Z", value: .double(1e21)),
            ],
            events: [
                SpanEvent(time: start + 1, name: "first", attributes: [KeyValue(key: "k", value: .int(-1))]),
                SpanEvent(time: start + 2, name: "second"),
            ],
            links: [
                SpanLink(
                    traceID: traceID,
                    spanID: spanID,
                    traceState: "l=2",
                    attributes: [KeyValue(key: "link", value: .bytes([1, 2]))]
                )
            ],
            status: SpanStatus(message: "it failed", code: .error)
        )
        let bare = Span(traceID: traceID, spanID: SpanID(value: 1), kind: SpanKind(rawValue: 99), startTime: start + 9)
        let stored = try await withStore { running, clickHouse in
            try await running.take(Samples.spans([full, bare]))
            try await eventually { running.statistics.rows[.traces]?.written == 2 }
            #expect(try await clickHouse.count("otel_traces_trace_id_ts") == 1)
            return try await rows("otel_traces", SpanRows.columnNames, clickHouse)
        }
        let attributes = #"{"Z":"1e+21","a":"é \"quoted\"\n","list":"[1,\"b\"]","z":"true"}"#
        let events = #"[\#(start + 1),\#(start + 2)],["first","second"],[{"k":"-1"},{}]"#
        let links = #"["\#(traceText)"],["\#(spanText)"],["l=2"],[{"link":"AQI="}]"#
        #expect(
            stored == [
                #"[\#(start),"\#(traceText)","\#(spanText)","000000000000beef","vendor=1","GET /products/{id}","Client","shop",\#(resource),"scope","1.2",\#(attributes),1234567,"Error","it failed",\#(events),\#(links)]"#,
                #"[\#(start + 9),"\#(traceText)","0000000000000001","","","","","shop",\#(resource),"scope","1.2",{},0,"Unset","",[],[],[],[],[],[],[]]"#,
            ]
        )
    }

    @Test("Every column of a log record equals what was sent")
    func logs() async throws {
        let full = LogRecord(
            time: start,
            severityNumber: .error,
            severityText: "ERROR",
            body: .keyValues([KeyValue(key: "b", value: .int(1)), KeyValue(key: "a", value: .empty)]),
            attributes: [KeyValue(key: "k", value: .string("v"))],
            flags: 0x301,
            traceID: traceID,
            spanID: spanID,
            observedTime: start + 5,
            eventName: "order.placed"
        )
        let bare = LogRecord(body: .string("hello"), observedTime: start + 7)
        let stored = try await withStore { running, clickHouse in
            try await running.take(Samples.logs([full, bare]), "/v1/logs")
            try await eventually { running.statistics.rows[.logs]?.written == 2 }
            return try await rows("otel_logs", LogRows.columnNames, clickHouse)
        }
        let origin =
            #""https://schema/resource",\#(resource),"https://schema/scope","scope","1.2",{"scope.key":"true"}"#
        #expect(
            stored == [
                #"[\#(start),"\#(traceText)","\#(spanText)",1,"ERROR",17,"shop","{\"a\":null,\"b\":1}",\#(origin),{"k":"v"},"order.placed"]"#,
                #"[\#(start + 7),"","",0,"",0,"shop","hello",\#(origin),{},""]"#,
            ]
        )
    }

    @Test("Every column of all five kinds of metrics equals what was sent")
    func metrics() async throws {
        let attributes = [KeyValue(key: "k", value: .string("v"))]
        let exemplar = Exemplar(
            filteredAttributes: [KeyValue(key: "f", value: .int(1))],
            time: start + 3,
            value: .int(8),
            spanID: spanID,
            traceID: .none
        )
        let number = NumberDataPoint(
            attributes: attributes,
            startTime: start,
            time: start + 1,
            value: .double(2.5),
            exemplars: [exemplar],
            flags: 1
        )
        let histogram = HistogramDataPoint(
            attributes: attributes,
            startTime: start,
            time: start + 1,
            count: 6,
            sum: 12.5,
            bucketCounts: [1, 2, 3],
            explicitBounds: [0.5, 10],
            exemplars: [exemplar],
            flags: 1,
            min: 0.25,
            max: 11
        )
        let exponential = ExponentialHistogramDataPoint(
            attributes: attributes,
            startTime: start,
            time: start + 1,
            count: 6,
            scale: -2,
            zeroCount: 1,
            positive: ExponentialBuckets(offset: -3, bucketCounts: [1, .max]),
            negative: ExponentialBuckets(offset: 4, bucketCounts: [3]),
            flags: 1,
            exemplars: [exemplar]
        )
        let summary = SummaryDataPoint(
            attributes: attributes,
            startTime: start,
            time: start + 1,
            count: 6,
            sum: 12.5,
            quantileValues: [ValueAtQuantile(quantile: 0.5, value: 2), ValueAtQuantile(quantile: 0.99, value: 9)],
            flags: 1
        )
        func metric(_ data: MetricData) -> Metric {
            Metric(name: "requests", description: "How many", unit: "{request}", data: data)
        }
        let message = Samples.metrics([
            metric(.gauge(Gauge(dataPoints: [number]))),
            metric(.sum(Sum(dataPoints: [number], aggregationTemporality: .delta, isMonotonic: true))),
            metric(.histogram(Histogram(dataPoints: [histogram], aggregationTemporality: .cumulative))),
            metric(
                .exponentialHistogram(
                    ExponentialHistogram(dataPoints: [exponential], aggregationTemporality: .delta)
                )
            ),
            metric(.summary(Summary(dataPoints: [summary]))),
            metric(.none),
        ])
        let stored = try await withStore { running, clickHouse in
            try await running.take(message, "/v1/metrics")
            try await eventually { running.statistics.rows.values.reduce(0) { $0 + $1.written } == 5 }
            var stored: [Table: [String]] = [:]
            stored[.gauge] = try await rows("otel_metrics_gauge", GaugeRows.columnNames, clickHouse)
            stored[.sum] = try await rows("otel_metrics_sum", SumRows.columnNames, clickHouse)
            stored[.histogram] = try await rows("otel_metrics_histogram", HistogramRows.columnNames, clickHouse)
            stored[.exponentialHistogram] = try await rows(
                "otel_metrics_exp_histogram",
                ExponentialHistogramRows.columnNames,
                clickHouse
            )
            stored[.summary] = try await rows("otel_metrics_summary", SummaryRows.columnNames, clickHouse)
            return stored
        }
        let common =
            #"\#(resource),"https://schema/resource","scope","1.2",{"scope.key":"true"},7,"https://schema/scope","#
            + #""shop","requests","How many","{request}",{"k":"v"},\#(start),\#(start + 1)"#
        let exemplars = #"[{"f":"1"}],[\#(start + 3)],[8],["\#(spanText)"],["\#(String(repeating: "0", count: 32))"]"#
        #expect(stored[.gauge] == [#"[\#(common),2.5,1,\#(exemplars)]"#])
        #expect(stored[.sum] == [#"[\#(common),2.5,1,\#(exemplars),1,true]"#])
        #expect(stored[.histogram] == [#"[\#(common),6,12.5,1,0.25,11,2,\#(exemplars),[1,2,3],[0.5,10]]"#])
        #expect(
            stored[.exponentialHistogram] == [
                #"[\#(common),6,0,1,0,0,1,\#(exemplars),-2,1,-3,[1,\#(UInt64.max)],4,[3]]"#
            ]
        )
        #expect(stored[.summary] == [#"[\#(common),6,12.5,[0.5,0.99],[2,9],1]"#])
    }

    @Test("Spans of many days are stored in one insert")
    func manyDays() async throws {
        let day: UInt64 = 86_400_000_000_000
        let spans = (0..<25).map { index in
            var span = Samples.span(index + 1)
            span.startTime = start - UInt64(index) * day
            return span
        }
        try await withStore { running, clickHouse in
            try await running.take(Samples.spans(spans))
            try await eventually { running.statistics.rows[.traces]?.written == 25 }
            #expect(try await clickHouse.count("otel_traces") == 25)
        }
    }

    @Test("What is acknowledged is there after a merge, whatever its time; the rest was rejected with a reason")
    func unlikelyTimes() async throws {
        let day: UInt64 = 86_400_000_000_000
        let latest = (UInt64(UInt32.max) - 30 * 86_400) * 1_000_000_000
        let times: [UInt64] = [
            0, 1, start - 31 * day, start - 29 * day, start, latest, latest + 1, 4_294_967_295_000_000_000,
            4_323_283_200_000_000_000, UInt64(Int64.max), .max,
        ]
        let spans = times.enumerated().map { index, time in
            var span = Samples.span(index + 1)
            (span.startTime, span.endTime) = (time, time)
            return span
        }
        let points = times.map { NumberDataPoint(time: $0, value: .int(1)) }
        let metrics = Samples.metrics([
            Metric(name: "g", data: .gauge(Gauge(dataPoints: points))),
            Metric(name: "s", data: .sum(Sum(dataPoints: points))),
        ])
        try await withStore { running, clickHouse in
            let json: HTTPFields = [.contentType: "application/json"]
            func send(_ message: some OTLPBody, _ path: String) async throws -> [UInt8] {
                let answer = try await running.send(.post, path, json, message.encodeJSON())
                #expect(answer.head.status == .ok)
                return answer.body
            }
            let traces = try ExportTraceServiceResponse(json: await send(Samples.spans(spans), "/v1/traces"))
            #expect(traces.partialSuccess?.rejectedSpans == 7)
            #expect(traces.partialSuccess?.errorMessage.contains("next century") == true)
            let records = times.map { LogRecord(time: $0, body: .string("at \($0)")) }
            let logs = try ExportLogsServiceResponse(json: await send(Samples.logs(records), "/v1/logs"))
            #expect(logs.partialSuccess?.rejectedLogRecords == 7)
            let numbers = try ExportMetricsServiceResponse(json: await send(metrics, "/v1/metrics"))
            #expect(numbers.partialSuccess?.rejectedDataPoints == 14)
            try await eventually { running.statistics.rows.values.reduce(0) { $0 + $1.written } == 16 }
            for table in ["otel_traces", "otel_logs", "otel_metrics_gauge", "otel_metrics_sum"] {
                _ = try await clickHouse.query("OPTIMIZE TABLE \(table) FINAL")
                #expect(try await clickHouse.count(table) == 4)
            }
            let item = Statistics.RejectedItem(signal: .spans, reason: .tooFarAhead)
            #expect(running.statistics.rejected[item] == 5)
            #expect(running.statistics.items[.spans]?.refused == 7)
        }
    }

    @Test("Session replay is stored in HyperDX's table, other records of the request in theirs")
    func sessionReplay() async throws {
        var replay = Samples.record(2)
        replay.attributes = [
            KeyValue(key: "rr-web.event", value: .double(1)), KeyValue(key: "rr-web.chunk", value: .double(1)),
        ]
        let message = Samples.logs([Samples.record(1), replay])
        try await withStore { running, clickHouse in
            try await running.take(message, "/v1/logs")
            try await eventually { running.statistics.rows[.replays]?.written == 1 }
            try await eventually { running.statistics.rows[.logs]?.written == 1 }
            let session = try await clickHouse.query("SELECT Body, ServiceName FROM hyperdx_sessions")
            #expect(session == "record 2\tshop\n")
            #expect(try await clickHouse.query("SELECT Body FROM otel_logs") == "record 1\n")
        }
    }
}
