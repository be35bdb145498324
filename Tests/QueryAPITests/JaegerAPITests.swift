import EmbeddedClickHouse
import Foundation
import HTTPCore
import Testing

@testable import QueryAPI

@Suite(
    "Jaeger's JSON API",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct JaegerAPITests {
    private let end = RunningQueryService.end

    private func ask(_ path: String, _ parameters: [(String, String)] = []) async throws -> RunningQueryService.Answer {
        try await RunningQueryService.shared.ask(path, parameters)
    }

    /// The ids of the traces that a search finds, as they come.
    private func search(_ parameters: [(String, String)]) async throws -> [String] {
        let answer = try await ask("/jaeger/api/traces", parameters)
        #expect(answer.status == 200, "\(answer.text)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        return try #require(object?["data"] as? [[String: Any]]).compactMap { $0["traceID"] as? String }
    }

    @Test("lists services and the operations of each, also where the name has a slash")
    func services() async throws {
        for prefix in ["", "/jaeger"] {
            let services = try await ask(prefix + "/api/services")
            #expect(
                services.text == #"{"data":["cart","pay","shop","stock","team/batch"],"#
                    + #""total":5,"limit":0,"offset":0,"errors":null}"#
            )
        }
        let operations = try await ask("/api/services/team%2Fbatch/operations")
        #expect(operations.text.hasPrefix(#"{"data":["run"],"total":1,"#))
        let none = try await ask("/api/services/nobody/operations")
        #expect(none.text.hasPrefix(#"{"data":[],"total":0,"#))
        let kinds = try await ask("/api/operations", [("service", "cart")])
        #expect(
            kinds.text.contains(
                #"[{"name":"POST","spanKind":"client"},{"name":"POST /checkout","spanKind":"server"}]"#
            )
        )
        let clients = try await ask("/api/operations", [("service", "cart"), ("spanKind", "client")])
        #expect(clients.text.contains(#""data":[{"name":"POST","spanKind":"client"}]"#))
    }

    @Test("answers a trace by its id with spans, processes, references, tags and logs")
    func trace() async throws {
        let answer = try await ask("/api/traces/c0ffee0000000001")
        let start = (end - 60) * 1_000_000
        #expect(answer.status == 200)
        for part in [
            #"{"traceID":"0000000000000000c0ffee0000000001","spanID":"a000000000000001","operationName":"POST /checkout","#
                + #""references":[{"refType":"FOLLOWS_FROM","traceID":"\#(SampleTraces.other)","spanID":"b000000000000001"}],"#
                + #""startTime":\#(start),"duration":1500000,"tags":["#,
            #"{"key":"http.response.status_code","type":"int64","value":504}"#,
            #"{"key":"span.kind","type":"string","value":"server"}"#,
            #"{"key":"otel.status_code","type":"string","value":"ERROR"},{"key":"error","type":"bool","value":true}"#,
            #"{"key":"otel.status_description","type":"string","value":"took too long"}"#,
            #"{"key":"w3c.tracestate","type":"string","value":"vendor=1"}"#,
            #""logs":[{"timestamp":\#(start + 1_000),"fields":[{"key":"event","type":"string","value":"exception"},"#
                + #"{"key":"exception.type","type":"string","value":"Timeout"}]}],"processID":"p1""#,
            #""references":[{"refType":"CHILD_OF","traceID":"\#(SampleTraces.checkout)","spanID":"a000000000000002"}]"#,
            #""processes":{"p1":{"serviceName":"cart","tags":[{"key":"host.name","type":"string","value":"h2"}]},"#
                + #""p2":{"serviceName":"pay","tags":[{"key":"cloud.region","type":"string","value":"eu"}]}}"#,
        ] {
            #expect(answer.text.contains(part), "\(part)\n\(answer.text)")
        }
        // However the id is written, and whatever is said of when it was.
        for path in ["0000000000000000C0FFEE0000000001", "c0ffee0000000001%20", "AAAAAAAAAADA%2F%2B4AAAAAAQ%3D%3D"] {
            let again = try await ask("/api/traces/\(path)", [("start", "1"), ("end", "2"), ("raw", "true")])
            #expect(again.text == answer.text, "\(path)")
        }
    }

    @Test("says of an unknown trace that it is not there")
    func unknown() async throws {
        let answer = try await ask("/api/traces/abc")
        #expect(answer.status == 404)
        #expect(
            answer.text
                == #"{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":404,"msg":"trace not found"}]}"#
        )
        let several = try await ask("/api/traces?traceID=abc&traceID=c0ffee0000000002")
        #expect(several.status == 200)
        #expect(
            several.text.hasSuffix(
                #""errors":[{"code":404,"msg":"trace not found","traceID":"00000000000000000000000000000abc"}]}"#
            )
        )
        #expect(several.text.contains(#""serviceName":"team/batch""#))
    }

    @Test("finds whole traces by service, operation, duration, tags and time, newest first")
    func search() async throws {
        let times = [("start", "\((end - 3_600) * 1_000_000)"), ("end", "\((end + 60) * 1_000_000)")]
        let both = [SampleTraces.other, SampleTraces.checkout]
        func expect(_ more: [(String, String)], _ ids: [String]) async throws {
            #expect(try await search(times + more) == ids, "\(more)")
        }
        try await expect([("service", "cart")], [SampleTraces.checkout])
        try await expect([("service", "cart"), ("operation", "POST /checkout")], [SampleTraces.checkout])
        try await expect([("service", "cart"), ("operation", "GET")], [])
        try await expect([("service", "cart"), ("minDuration", "1.2s")], [SampleTraces.checkout])
        try await expect([("service", "cart"), ("minDuration", "1501ms")], [])
        try await expect([("service", "pay"), ("maxDuration", "799999us")], [])
        try await expect([("tag", "card.kind:visa:debit")], [SampleTraces.checkout])
        try await expect([("tags", #"{"card.kind":"visa:debit","cloud.region":"eu"}"#)], [SampleTraces.checkout])
        // All tags must hold on one span.
        try await expect([("tags", #"{"card.kind":"visa:debit","host.name":"h2"}"#)], [])
        try await expect(
            [("service", "pay"), ("tags", #"{"error":"true","span.kind":"server"}"#)],
            [SampleTraces.checkout]
        )
        try await expect([("service", "cart"), ("tags", #"{"otel.status_code":"OK"}"#)], [])
        try await expect([("service", "team/batch"), ("tags", #"{"otel.status_code":"OK"}"#)], [SampleTraces.other])
        try await expect([("service", "cart"), ("tags", #"{"missing":""}"#)], [])
        try await expect([("service", "cart"), ("tags", #"{"otel.scope.name":"http"}"#)], [SampleTraces.checkout])
        #expect(try await search([("service", "cart")]) == [SampleTraces.checkout])
        let newest = try await search(times + [("service", "stock"), ("limit", "3")])
        #expect(newest.count == 3)
        let everything = try await search(times + [("limit", "1000")])
        #expect(everything.count == 603)
        #expect(everything.filter { $0.contains("c0ffee") } == both)
        // The last two begin a second apart, the newest first.
        #expect(everything.first == String(repeating: "0", count: 29) + "640")
        try await expect([("service", "'; DROP TABLE otel_traces; --"), ("tag", "a'b\\c:]) OR 1=1")], [])
    }

    @Test("refuses what it cannot use by the parameter's name, in its envelope")
    func refusals() async throws {
        for (path, name) in [
            ("/api/traces?service=a&limit=x", "limit"), ("/api/traces?service=a&limit=0", "limit"),
            ("/api/traces?limit=5001", "limit"), ("/api/traces?start=yesterday", "start"),
            ("/api/traces?end=1.5", "end"), ("/api/traces?minDuration=5", "minDuration"),
            ("/api/traces?minDuration=2s&maxDuration=1s", "maxDuration"), ("/api/traces?tag=nocolon", "tag"),
            ("/api/traces?tags=notjson", "tags"), ("/api/traces?tags=%7B%22a%22%3A1%7D", "tags"),
            ("/api/traces/xyz", "trace id"), ("/api/traces?traceID=xyz", "trace id"),
            ("/api/traces/abc?raw=maybe", "raw"), ("/api/operations", "service"),
            ("/api/operations?service=a&spanKind=b", "spanKind"), ("/api/dependencies?endTs=now", "endTs"),
            ("/api/dependencies?lookback=-1", "lookback"), ("/api/metrics/calls", "service"),
            ("/api/metrics/latencies?service=a", "quantile"),
            ("/api/metrics/latencies?service=a&quantile=2", "quantile"),
            ("/api/metrics/calls?service=a&step=1", "step"),
            ("/api/metrics/calls?service=a&lookback=1000000000000", "step"),
            ("/api/services?prettyPrint=perhaps", "prettyPrint"),
            ("/api/traces?lookback=long", "lookback"), ("/api/traces?lookback=custom", "lookback"),
        ] {
            let answer = try await ask(path)
            #expect(answer.status == 400, "\(path): \(answer.text)")
            let start = #"{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"msg":""#
            #expect(answer.text.hasPrefix(start) && answer.text.contains(name), "\(path): \(answer.text)")
        }
        let many = (0..<17).map { "tag=k\($0):v" }.joined(separator: "&")
        #expect(try await ask("/api/traces?\(many)").text.contains("16 tags"))
        #expect(try await ask("/api/metrics/bandwidth?service=a").status == 404)
        #expect(try await ask("/api/archive/abc").status == 501)
        // Times beyond all calendars hold nothing.
        let far = try await ask("/api/traces?start=9223372036854775807&end=9223372036854775807")
        #expect(far.text.hasPrefix(#"{"data":[],"#))
    }

    @Test("looks as far back as is asked for, where no start is named")
    func lookback() async throws {
        let (end, service) = (("end", "\(end * 1_000_000)"), ("service", "cart"))
        #expect(try await search([end, service, ("lookback", "2m")]) == [SampleTraces.checkout])
        #expect(try await search([end, service, ("lookback", "30s")]) == [])
        // The start goes before it, as with Jaeger's page.
        let start = ("start", "\((self.end - 300) * 1_000_000)")
        for lookback in ["30s", "custom"] {
            #expect(try await search([end, start, service, ("lookback", lookback)]) == [SampleTraces.checkout])
        }
    }

    @Test("writes a value a line for people")
    func pretty() async throws {
        let answer = try await ask("/api/dependencies?service=nobody&prettyPrint=true")
        #expect(
            answer.text == """
                {
                    "data": [],
                    "total": 0,
                    "limit": 0,
                    "offset": 0,
                    "errors": null
                }
                """
        )
        let trace = try await ask("/api/traces/\(SampleTraces.checkout)?prettyPrint=true")
        let plain = try await ask("/api/traces/\(SampleTraces.checkout)")
        #expect(trace.text.contains("\n                    \"operationName\": \"POST /checkout\",\n"))
        let read = try JSONSerialization.jsonObject(with: Data(trace.text.utf8)) as? NSDictionary
        let expected = try JSONSerialization.jsonObject(with: Data(plain.text.utf8)) as? NSDictionary
        #expect(read != nil && read == expected)
    }

    @Test("knows who calls whom, once a pair")
    func dependencies() async throws {
        let times = [("endTs", "\((end + 60) * 1_000)"), ("lookback", "3600000")]
        let all = try await ask("/api/dependencies", times)
        #expect(
            all.text.hasPrefix(
                #"{"data":[{"parent":"cart","child":"pay","callCount":1},{"parent":"shop","child":"stock","callCount":601}],"#
            ),
            "\(all.text)"
        )
        let one = try await ask("/api/dependencies", times + [("service", "pay")])
        #expect(one.text.hasPrefix(#"{"data":[{"parent":"cart","child":"pay","callCount":1}],"#))
    }

    @Test("draws rates, errors and latencies for the Monitor tab")
    func metrics() async throws {
        let common = [
            ("service", "stock,nobody"), ("endTs", "\(end * 1_000)"), ("lookback", "60000"), ("step", "60000"),
            ("ratePer", "120000"),
        ]
        let calls = try await ask("/api/metrics/calls", common)
        #expect(
            calls.text.hasPrefix(
                #"{"name":"service_call_rate","type":"GAUGE","help":"calls/sec, grouped by service","metrics":["#
                    + #"{"labels":[{"name":"service_name","value":"stock"}],"metricPoints":["#
                    + #"{"gaugeValue":{"doubleValue":1},"timestamp":""#
            ),
            "\(calls.text)"
        )
        let errors = try await ask("/api/metrics/errors", common + [("groupByOperation", "true")])
        #expect(errors.text.contains(#""name":"service_operation_error_rate""#))
        #expect(
            errors.text.contains(
                #"[{"name":"operation","value":"GET /stock"},{"name":"service_name","value":"stock"}]"#
            )
        )
        #expect(errors.text.contains(#"{"doubleValue":0.1}"#), "\(errors.text)")
        let latencies = try await ask("/api/metrics/latencies", common + [("quantile", "0.95")])
        #expect(latencies.text.contains(#""help":"0.95th quantile latency, grouped by service""#))
        #expect(latencies.text.contains(#"{"doubleValue":80}"#), "\(latencies.text)")
        let clients = try await ask("/api/metrics/calls", common + [("spanKind", "client")])
        #expect(clients.text.hasSuffix(#""metrics":[]}"#))
        #expect(try await ask("/api/metrics/minstep").text.hasPrefix(#"{"data":1000,"#))
    }

    @Test("shows a file of OTLP without storing it")
    func transform() async throws {
        let service = try await RunningQueryService.shared
        let body =
            #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"file"}}]},"#
            + #""scopeSpans":[{"spans":[{"traceId":"000000000000000000000000000000aa","spanId":"00000000000000bb","name":"x","#
            + #""startTimeUnixNano":"1000000","endTimeUnixNano":"3000000"}]}]}]}"#
        let answer = try await service.send("/api/transform", body: body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.text.contains(#""startTime":1000,"duration":2000,"#))
        #expect(answer.text.contains(#""serviceName":"file""#))
        #expect(try await service.send("/api/transform", body: "{").status == 400)
    }
}
