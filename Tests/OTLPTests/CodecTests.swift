import OTLP
import Testing

@Suite("The codecs")
struct CodecTests {
    @Test("give back what they were given, in protobuf and in JSON")
    func roundTrip() throws {
        #expect(try ExportTraceServiceRequest(protobuf: Samples.traces.encodeProtobuf()) == Samples.traces)
        #expect(try ExportMetricsServiceRequest(protobuf: Samples.metrics.encodeProtobuf()) == Samples.metrics)
        #expect(try ExportLogsServiceRequest(protobuf: Samples.logs.encodeProtobuf()) == Samples.logs)
        #expect(try ExportTraceServiceRequest(json: Samples.traces.encodeJSON()) == Samples.traces)
        #expect(try ExportMetricsServiceRequest(json: Samples.metrics.encodeJSON()) == Samples.metrics)
        #expect(try ExportLogsServiceRequest(json: Samples.logs.encodeJSON()) == Samples.logs)
    }

    @Test("write JSON as OTLP wants it: hexadecimal ids, 64-bit integers as strings, enumerations as numbers")
    func json() {
        let request = ExportTraceServiceRequest(resourceSpans: [
            ResourceSpans(scopeSpans: [
                ScopeSpans(spans: [
                    Span(
                        traceID: Samples.traceID,
                        spanID: Samples.spanID,
                        name: "a",
                        kind: .client,
                        startTime: 12,
                        attributes: [KeyValue(key: "n", value: .int(5))]
                    )
                ])
            ])
        ])
        #expect(
            String(decoding: request.encodeJSON(), as: UTF8.self)
                == #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708f1f2f3f4f5f6f7f8","#
                + #""spanId":"a1a2a3a4a5a6a7a8","name":"a","kind":3,"startTimeUnixNano":"12","#
                + #""attributes":[{"key":"n","value":{"intValue":"5"}}]}]}]}]}"#
        )
    }

    @Test("take integers as numbers too, and ignore what they do not know")
    func lenientJSON() throws {
        let text = #"""
            {"unknown": {"deep": [1, null]}, "resourceSpans": [{"resource": null, "scopeSpans": [{"spans": [
            {"startTimeUnixNano": 17, "kind": 2, "name": "\u00e9\ud83d\ude00", "traceId": "", "events": []}]}]}]}
            """#
        let request = try ExportTraceServiceRequest(json: Array(text.utf8))
        let span = try #require(request.resourceSpans.first?.scopeSpans.first?.spans.first)
        #expect(span == Span(name: "é😀", kind: .server, startTime: 17))
    }

    @Test(
        "refuse what is not OTLP",
        arguments: [
            "", "{", "[]", "nul", #"{"resourceSpans": 5}"#,
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abc"}]}]}]}"#,
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":5}]}]}]}"#,
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"x"}]}]}]}"#,
            #"{"a":01}"#, #"{"a":"\ud80"}"#, #"{"a":"\ud800\ud8"}"#, #"{"a":1}x"#,
            String(repeating: "[", count: 100_000),
        ]
    )
    func malformedJSON(text: String) {
        #expect(throws: OTLPDecodingError.self) { try ExportTraceServiceRequest(json: Array(text.utf8)) }
    }

    @Test(
        "make U+FFFD of half a surrogate pair, and lose nothing beside it",
        arguments: [
            (#"a\ud83d"#, "a\u{FFFD}"), (#"\ud83db"#, "\u{FFFD}b"), (#"\ude00"#, "\u{FFFD}"),
            (#"\ud83d\n"#, "\u{FFFD}\n"), (#"\ud83d\u0041"#, "\u{FFFD}A"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
        ]
    )
    func loneSurrogates(escaped: String, text: String) throws {
        let json = #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"\#(escaped)"}},{}]}]}]}"#
        let records = try ExportLogsServiceRequest(json: Array(json.utf8)).resourceLogs[0].scopeLogs[0].logRecords
        #expect(records.map(\.body) == [.string(text), .empty])
    }

    @Test(
        "take bytes in either alphabet of base64, with and without padding",
        arguments: ["-_8=", "+/8", "-_8", "+/8="]
    )
    func base64(text: String) throws {
        let json = #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"bytesValue":"\#(text)"}}]}]}]}"#
        let record = try ExportLogsServiceRequest(json: Array(json.utf8)).resourceLogs[0].scopeLogs[0].logRecords[0]
        #expect(record.body == .bytes([0xFB, 0xFF]))
    }

    @Test("refuse bytes that are not base64", arguments: ["a", "ab!=", "ab=c", "abc==", "a b="])
    func malformedBase64(text: String) {
        let json = #"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"bytesValue":"\#(text)"}}]}]}]}"#
        #expect(throws: OTLPDecodingError.self) {
            try ExportLogsServiceRequest(json: Array(json.utf8))
        }
    }

    @Test("refuse ids of the wrong length, and messages that nest without end")
    func malformedProtobuf() {
        let wrongID: [UInt8] = [0x0A, 0x09, 0x12, 0x07, 0x12, 0x05, 0x0A, 0x03, 1, 2, 3]
        #expect(throws: OTLPDecodingError.self) { try ExportTraceServiceRequest(protobuf: wrongID) }
        var nested: AnyValue = .int(1)
        for _ in 0..<200 { nested = .array([nested]) }
        let logs = ExportLogsServiceRequest(resourceLogs: [
            ResourceLogs(scopeLogs: [ScopeLogs(logRecords: [LogRecord(body: nested)])])
        ])
        #expect(throws: OTLPDecodingError.self) { try ExportLogsServiceRequest(protobuf: logs.encodeProtobuf()) }
        #expect(throws: OTLPDecodingError.self) { try ExportLogsServiceRequest(json: logs.encodeJSON()) }
    }

    @Test("never trap on bytes that were changed, cut or made up")
    func hostileBytes() {
        var random = SystemRandomNumberGenerator()
        let originals = [
            Samples.traces.encodeProtobuf(), Samples.metrics.encodeProtobuf(), Samples.logs.encodeProtobuf(),
            Samples.traces.encodeJSON(), Samples.metrics.encodeJSON(), Samples.logs.encodeJSON(),
        ]
        for round in 0..<600 {
            var bytes = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            _ = try? ExportTraceServiceRequest(protobuf: bytes)
            _ = try? ExportMetricsServiceRequest(protobuf: bytes)
            _ = try? ExportLogsServiceRequest(protobuf: bytes)
            _ = try? ExportTraceServiceRequest(json: bytes)
            _ = try? ExportMetricsServiceRequest(json: bytes)
            _ = try? ExportLogsServiceRequest(json: bytes)
        }
    }
}
