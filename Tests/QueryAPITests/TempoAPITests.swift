import EmbeddedClickHouse
import Foundation
import HTTPCore
import HTTPTypes
import OTLP
import Testing

@testable import QueryAPI

@Suite(
    "Tempo's API",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct TempoAPITests {
    private let end = RunningQueryService.end

    /// The range of all samples, as Grafana sends it.
    private var range: [(String, String)] { [("start", "\(end - 3_600)"), ("end", "\(end + 60)")] }

    private func ask(
        _ path: String,
        _ parameters: [(String, String)] = [],
        accept: String? = nil
    ) async throws -> RunningQueryService.Answer {
        var headers = HTTPFields()
        if let accept { headers[.accept] = accept }
        return try await RunningQueryService.shared.ask(path, parameters, headers: headers)
    }

    private struct Found: Decodable {
        struct Trace: Decodable {
            struct Set: Decodable {
                struct Span: Decodable {
                    struct Attribute: Decodable {
                        let key: String
                        let value: [String: String]
                    }
                    let spanID: String
                    let name: String
                    let startTimeUnixNano: String
                    let durationNanos: String
                    let attributes: [Attribute]
                }
                let spans: [Span]
                let matched: Int
            }
            let traceID: String
            let rootServiceName: String
            let rootTraceName: String
            let startTimeUnixNano: String
            let durationMs: UInt32
            let spanSets: [Set]
        }
        let traces: [Trace]
        let metrics: [String: String]
    }

    private func search(_ query: String, _ more: [(String, String)] = []) async throws -> [Found.Trace] {
        let answer = try await ask("/tempo/api/search", range + [("q", query)] + more)
        #expect(answer.status == 200, "\(query): \(answer.text)")
        return try JSONDecoder().decode(Found.self, from: Data(answer.text.utf8)).traces
    }

    /// The last digit of the ids of matched spans in the checkout.
    private func spans(_ query: String) async throws -> [String] {
        try await search(query, [("limit", "1000")]).filter { $0.traceID == SampleTraces.checkout }
            .flatMap { $0.spanSets.flatMap { $0.spans.map { String($0.spanID.suffix(1)) } } }
    }

    @Test("answers what Grafana asks when a data source is saved")
    func save() async throws {
        for prefix in ["", "/tempo"] {
            let echo = try await ask(prefix + "/api/echo")
            #expect(echo.status == 200 && echo.text == "echo")
            #expect(try await ask(prefix + "/api/status/buildinfo").text.contains(#""version":"#))
        }
        #expect(try await ask("/tempo/ready").status == 200)
    }

    @Test("answers a trace as protobuf to who asks for it, as JSON otherwise, in both generations")
    func trace() async throws {
        let id = SampleTraces.checkout
        let running = try await RunningQueryService.shared
        func bytes(_ path: String) async throws -> [UInt8] {
            try await running.bytes(path, headers: [.accept: "application/protobuf"])
        }
        let first = try await bytes("/tempo/api/traces/\(id)")
        let message = try ExportTraceServiceRequest(protobuf: first)
        let spans = message.resourceSpans.flatMap { $0.scopeSpans.flatMap(\.spans) }
        #expect(spans.map(\.name).sorted() == ["POST", "POST /checkout", "POST /pay"])
        #expect(spans.allSatisfy { $0.traceID.description == id })
        // The port's root serves Jaeger, too: the form that is asked for tells.
        #expect(try await bytes("/api/traces/\(id)") == first)
        #expect(try await ask("/api/traces/\(id)").text.hasPrefix(#"{"data":[{"traceID""#))
        let second = try await bytes("/api/v2/traces/\(id)")
        #expect(second.first == 0x0A && Array(second.suffix(first.count)) == first)
        let json = try await ask("/tempo/api/v2/traces/\(id)", [("start", "1"), ("end", "2")])
        #expect(json.text.hasPrefix(#"{"trace":{"resourceSpans":[{"#) && json.text.contains(#""name":"POST /pay""#))
        #expect(try await ask("/tempo/api/traces/\(id)").text.hasPrefix(#"{"batches":[{"#))
        for path in ["/api/v2/traces/abc", "/tempo/api/traces/abc", "/api/traces/abc"] {
            #expect(try await ask(path, accept: "application/protobuf").status == 404, "\(path)")
        }
        #expect(try await ask("/tempo/api/v2/traces/xyz").status == 400)
    }

    @Test("searches as Grafana does, with the spans that matched and what the query asks of them")
    func search() async throws {
        let found = try await search(
            #"{resource.service.name="cart" && span.http.response.status_code>=500} | select(span.user.tier, name)"#,
            [("limit", "20"), ("spss", "3")]
        )
        let trace = try #require(found.first)
        #expect(found.count == 1 && trace.traceID == SampleTraces.checkout)
        #expect(trace.rootServiceName == "cart" && trace.rootTraceName == "POST /checkout" && trace.durationMs == 1_500)
        #expect(trace.startTimeUnixNano == "\((end - 60) * 1_000_000_000)")
        let set = try #require(trace.spanSets.first)
        let span = try #require(set.spans.first)
        #expect(set.matched == 1 && set.spans.count == 1 && span.spanID == "a000000000000001")
        #expect(span.durationNanos == "1500000000" && span.name == "POST /checkout")
        let attributes = Dictionary(uniqueKeysWithValues: span.attributes.map { ($0.key, $0.value) })
        #expect(
            attributes == [
                "service.name": ["stringValue": "cart"], "http.response.status_code": ["intValue": "504"],
                "user.tier": ["stringValue": "gold"], "name": ["stringValue": "POST /checkout"],
            ]
        )
        #expect(try await search("{}").count == 20)
        #expect(try await search("{}", [("limit", "7")]).count == 7)
        let newest = try await search(#"{resource.service.name=~"team/.*|cart"}"#, [("spss", "1")])
        #expect(newest.map(\.traceID) == [SampleTraces.other, SampleTraces.checkout])
        #expect(newest[1].spanSets[0].matched == 2 && newest[1].spanSets[0].spans.count == 1)
        #expect(newest[0].rootServiceName == "team/batch")
    }

    @Test(
        "finds the spans that a query means",
        arguments: [
            (#"{name="POST /pay"}"#, "3"), (#"{name=~"POST.*" && duration<1s}"#, "23"), ("{duration>=1500ms}", "1"),
            ("{status=error}", "13"), ("{status!=error && kind=client}", "2"), ("{kind=server}", "13"),
            (#"{statusMessage="took too long"}"#, "1"), ("{nestedSetParent<0 && kind=server}", "1"),
            ("{nestedSetParent>=0 && .card.kind!=nil}", "3"), (#"{rootName="POST /checkout"}"#, "123"),
            (#"{rootServiceName="cart" && status=unset}"#, "2"), ("{traceDuration>1400ms}", "123"),
            ("{traceDuration>1501ms}", ""), (#"{span:id="a000000000000002"}"#, "2"),
            (#"{span:parentID="a000000000000002"}"#, "3"), (#"{trace:id="0000000000000000c0ffee0000000001"}"#, "123"),
            (#"{event:name="exception"}"#, "1"), (#"{event.exception.type=~"Time.*"}"#, "1"),
            (#"{event.exception.type="Time"}"#, ""), (#"{link:spanID="b000000000000001"}"#, "1"),
            (#"{instrumentation:name="http" && instrumentation:version="1.0"}"#, "12"),
            (#"{.card.kind="visa:debit"}"#, "3"), (#"{span.card.kind!="x"}"#, "3"), (#"{.user.tier=~"go.d"}"#, "1"),
            (#"{.user.tier=~"go"}"#, ""), (#"{.user.tier!~"silver"}"#, "1"), (#"{resource.cloud.region="eu"}"#, "3"),
            (#"{.cloud.region="eu"}"#, "3"), (#"{span.cloud.region="eu"}"#, ""),
            ("{.http.response.status_code=504}", "1"),
            ("{.http.response.status_code=504.5}", ""), ("{.user.tier>1}", ""), (#"{.service.name="pay"}"#, "3"),
            (#"{!(.user.tier="gold") && resource.host.name="h2"}"#, "2"), (#"{.user.tier=nil && kind=server}"#, "3"),
            (#"{name="POST" || name="POST /pay"}"#, "23"), ("{false}", ""),
            // Spans of one trace beside one another.
            (#"{name="POST"} && {name="POST /pay"}"#, "23"), (#"{name="POST"} && {name="nothing"}"#, ""),
            (#"{name="POST"} || {name="nothing"}"#, "2"),
            (#"({name="POST"} && {name="nothing"}) || {name="POST /pay"}"#, "3"),
            // And above and below one another.
            (#"{name="POST /checkout"} > {}"#, "2"), (#"{name="POST /checkout"} >> {}"#, "23"),
            (#"{name="POST /checkout"} >> {status=error}"#, "3"), (#"{name="POST /checkout"} > {status=error}"#, ""),
            (#"{name="POST /pay"} < {}"#, "2"), (#"{name="POST /pay"} << {}"#, "12"),
            (#"{name="POST /pay"} << {nestedSetParent<0}"#, "1"), (#"{name="POST"} ~ {}"#, ""),
            (#"{name="POST /checkout"} &> {kind=client}"#, "12"), (#"{name="POST"} &>> {status=error}"#, "23"),
            (#"{name="POST"} !>> {resource.host.name="h2"}"#, "12"),
            // Figures of all of them.
            (#"{resource.service.name=~"cart|pay"} | count()>2"#, "123"),
            (#"{resource.service.name="cart"} | count()>2"#, ""), (#"{kind=server} | avg(duration)>1s"#, "13"),
            (#"{kind=server} | min(duration)<800ms"#, ""),
            (#"{kind=server} | max(.http.response.status_code)=504"#, "13"),
            (#"{name="POST /checkout"} >> {} | count()=2"#, "23"),
            (#"{name="POST /checkout"} >> {} | sum(duration)>2s"#, ""),
        ]
    )
    func meaning(_ query: String, _ expected: String) async throws {
        #expect(try await spans(query).joined() == expected, "\(query)")
    }

    @Test(
        "counts what plain SQL counts",
        arguments: [
            ("{status=error}", "StatusCode IN ('Error', 'STATUS_CODE_ERROR')"),
            (#"{name=~"GET.*"}"#, "match(SpanName, '^GET')"),
            ("{duration>85ms && kind=client}", "Duration > 85000000 AND SpanKind = 'Client'"),
            (#"{resource.service.name!="shop"}"#, "ServiceName != 'shop'"),
        ]
    )
    func comparison(_ query: String, _ condition: String) async throws {
        let running = try await RunningQueryService.shared
        let sql = """
            SELECT uniqExact(TraceId), count() FROM otel_traces WHERE Timestamp >= toDateTime(\(end - 3_600))
            AND Timestamp <= toDateTime(\(end + 60)) AND \(condition) FORMAT TSV
            """
        let counts = try await running.clickHouse.query(sql).split(whereSeparator: \.isWhitespace).compactMap {
            Int($0)
        }
        let found = try await search(query, [("limit", "1000"), ("spss", "100")])
        #expect(found.count == counts[0] && found.reduce(0) { $0 + $1.spanSets[0].matched } == counts[1], "\(query)")
        let answer = try await ask("/tempo/api/metrics/query", range + [("q", query + "| count_over_time()")])
        #expect(answer.text.contains(#""value":\#(counts[1])}"#), "\(answer.text)")
    }

    @Test("searches by tags and durations, as older clients do")
    func tags() async throws {
        func ids(_ more: [(String, String)]) async throws -> [String] {
            let answer = try await ask("/tempo/api/search", range + more)
            #expect(answer.status == 200, "\(answer.text)")
            return try JSONDecoder().decode(Found.self, from: Data(answer.text.utf8)).traces.map(\.traceID)
        }
        #expect(try await ids([("tags", "service.name=cart user.tier=gold")]) == [SampleTraces.checkout])
        #expect(
            try await ids([("tags", #"name="POST /pay" card.kind=visa:debit error=true"#)]) == [SampleTraces.checkout]
        )
        #expect(try await ids([("tags", "service.name=cart user.tier=silver")]) == [])
        #expect(try await ids([("minDuration", "1.2s"), ("maxDuration", "1500ms")]) == [SampleTraces.checkout])
        #expect(try await ids([("tags", "service.name=team/batch"), ("minDuration", "3ms")]) == [])
    }

    @Test("completes names and values while somebody writes")
    func completion() async throws {
        let names = try await ask("/tempo/api/v2/search/tags", range + [("limit", "5000"), ("scope", "none")])
        #expect(
            names.text.contains(
                #"{"name":"span","tags":["card.kind","http.response.status_code","url.path","user.tier"]}"#
            )
        )
        #expect(names.text.contains(#"{"name":"resource","tags":["cloud.region","host.name","service.name"]}"#))
        #expect(names.text.contains(#"{"name":"event","tags":["exception.type"]}"#))
        #expect(names.text.contains(#"{"name":"intrinsic","tags":["duration","#))
        let resource = try await ask("/api/v2/search/tags", range + [("scope", "resource")])
        #expect(
            resource.text
                == #"{"scopes":[{"name":"resource","tags":["cloud.region","host.name","service.name"]}],"metrics":{}}"#
        )
        // A resource may say nothing but whose it is, which has a column of its own.
        for (service, scopes) in [("stock", #"{"name":"resource","tags":["service.name"]}"#), ("nobody", "")] {
            let filter = [("scope", "resource"), ("q", #"{resource.service.name="\#(service)"}"#)]
            let own = try await ask("/api/v2/search/tags", range + filter)
            #expect(own.text == #"{"scopes":[\#(scopes)],"metrics":{}}"#)
        }
        let old = try await ask("/tempo/api/search/tags", range)
        #expect(old.text.hasPrefix(#"{"tagNames":["card.kind","cloud.region","#))
        func values(_ tag: String, _ more: [(String, String)] = []) async throws -> String {
            try await ask("/tempo/api/v2/search/tag/\(tag)/values", range + more).text
        }
        #expect(
            try await values("resource.service.name")
                == #"{"tagValues":[{"type":"string","value":"shop"},{"type":"string","value":"stock"},"#
                + #"{"type":"string","value":"cart"},{"type":"string","value":"pay"},"#
                + #"{"type":"string","value":"team/batch"}],"metrics":{}}"#
        )
        #expect(
            try await values("span.http.response.status_code")
                == #"{"tagValues":[{"type":"int","value":"504"}],"metrics":{}}"#
        )
        #expect(
            try await values("status").hasPrefix(#"{"tagValues":[{"type":"keyword","value":"error"},"#)
        )
        let half = #"{ resource.service.name="cart" && status=error && span.x= }"#
        #expect(
            try await values("name", [("q", half)])
                == #"{"tagValues":[{"type":"string","value":"POST /checkout"}],"metrics":{}}"#
        )
        #expect(
            try await values("rootName", [("q", #"{.service.name="cart"}"#)])
                == #"{"tagValues":[{"type":"string","value":"POST /checkout"}],"metrics":{}}"#
        )
        #expect(try await values("event:name").contains(#""value":"exception""#))
        let texts = try await ask("/api/search/tag/service.name/values", range + [("limit", "2")])
        #expect(texts.text == #"{"tagValues":["shop","stock"],"metrics":{}}"#)
    }

    private struct Series: Decodable {
        struct Label: Decodable {
            struct Value: Decodable {
                let stringValue: String?
                let doubleValue: Double?
            }
            let key: String
            let value: Value
        }
        struct Sample: Decodable {
            let timestampMs: String
            let value: Double
        }
        let labels: [Label]
        let samples: [Sample]?
        let value: Double?
    }

    private func series(_ query: String, _ path: String = "query_range") async throws -> [Series] {
        let times = [("start", "\(end - 300)"), ("end", "\(end)"), ("q", query)]
        let more = path == "query" ? [] : [("step", "1m"), ("exemplars", "100")]
        let answer = try await ask("/tempo/api/metrics/" + path, times + more)
        #expect(answer.status == 200, "\(query): \(answer.text)")
        return try JSONDecoder().decode([String: [Series]].self, from: Data(answer.text.utf8))["series"] ?? []
    }

    @Test("draws rates, counts, quantiles and histograms over time")
    func metrics() async throws {
        let rate = try await series(#"{resource.service.name="shop"} | rate()"#)
        #expect(rate.count == 1 && rate[0].labels[0].key == "__name__" && rate[0].labels[0].value.stringValue == "rate")
        let samples = try #require(rate[0].samples)
        #expect(samples.suffix(5).map(\.value) == [1, 1, 1, 1, 1])
        #expect(samples.last?.timestampMs == "\(end * 1_000)")
        let counts = try await series("{} | count_over_time() by(resource.service.name)", "query")
        let byService = Dictionary(
            uniqueKeysWithValues: counts.map { ($0.labels[0].value.stringValue ?? "", $0.value) }
        )
        #expect(byService == ["cart": 2, "pay": 1, "shop": 301, "stock": 301, "team/batch": 1])
        #expect(counts[0].labels[0].key == "resource.service.name")
        let quantiles = try await series(#"{name="GET"} | quantile_over_time(duration, .5, .99)"#, "query")
        #expect(quantiles.map { $0.labels[0].value.doubleValue } == [0.5, 0.99])
        #expect(quantiles.allSatisfy { abs(($0.value ?? 0) - 0.09) < 1e-6 })
        let histogram = try await series(#"{name="GET"} | histogram_over_time(duration)"#, "query")
        #expect(histogram.map(\.value) == [301] && histogram[0].labels[0].value.doubleValue == 0.134217728)
        for (function, value) in [("min", 0.9), ("max", 1.5), ("avg", 1.2), ("sum", 2.4)] {
            let figures = try await series(
                #"{resource.service.name="cart"} | \#(function)_over_time(duration)"#,
                "query"
            )
            #expect(abs((figures.first?.value ?? 0) - value) < 1e-9, "\(function)")
        }
        let attribute = try await series("{} | max_over_time(span.http.response.status_code)")
        #expect(attribute.count == 1 && attribute[0].samples?.map(\.value) == [504])
        #expect(try await series(#"{name="nothing"} | rate()"#).isEmpty)
    }

    @Test(
        "refuses by name what it does not do, as a text",
        arguments: [
            ("search", "q", "{.a=.b}", "a comparison of two fields is not supported"),
            ("search", "q", "{} | by(.a)", "by() in a search is not supported"),
            ("search", "q", "{} | rate()", "is asked at /api/metrics/query_range"),
            ("search", "q", "{} | select(event.x)", "the values of event.x are not supported"),
            ("search", "q", "{parent.a=1}", "the scope parent. is not supported"),
            ("search", "q", "{.a=~\"(\"}", "invalid TraceQL query"),
            ("search", "limit", "0", "limit"), ("search", "spss", "many", "spss"), ("search", "start", "x", "start"),
            ("search", "minDuration", "1", "minDuration"), ("search", "tags", "a", "logfmt"),
            ("search", "tags", "a=\"b", "quotation mark"), ("search", "mode", "recent", "mode"),
            ("v2/search/tags", "scope", "galaxy", "scope"), ("v2/search/tags", "x", "1", "it is not supported"),
            ("v2/search/tag/foo/values", "limit", "1", "invalid tag name"),
            ("metrics/query_range", "q", "{}", "ends with a metric"),
            ("metrics/query_range", "q", "{} >> {} | rate()", "more than one spanset is not supported"),
            ("metrics/query_range", "q", "{} | count()>1 | rate()", "an aggregate before a metric is not supported"),
            ("metrics/query_range", "q", "{} | rate() by(event.x)", "the values of event.x are not supported"),
            ("metrics/query", "step", "1m", "step"),
        ]
    )
    func refusals(_ path: String, _ name: String, _ value: String, _ message: String) async throws {
        let answer = try await ask("/tempo/api/" + path, [(name, value)])
        #expect(answer.status == 400 && answer.text.contains(message), "\(answer.status) \(answer.text)")
        #expect(answer.head.headerFields[.contentType]?.hasPrefix("text/plain") == true)
    }

    @Test("takes hostile queries for what they are")
    func hostile() async throws {
        for text in [
            #"'; DROP TABLE otel_traces; --"#, #"\' OR 1=1 --"#, "{p0:String}", "a\u{0}b", "%00", "') OR ('1'='1", "\\",
        ] {
            let quoted = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
            for query in [
                "{name=\"\(quoted)\"}", "{span.\"\(quoted)\"=\"\(quoted)\"}", "{.\"\(quoted)\"=1}",
                "{event.\"\(quoted)\"=\"\(quoted)\"}", "{} | select(.\"\(quoted)\") | count() > 100",
            ] {
                #expect(try await search(query).isEmpty, "\(query)")
            }
            let values = try await ask(
                "/tempo/api/search/tag/\(text.filter { $0 != "%" && $0 != "\u{0}" })x/values".addingPercentEncoding(
                    withAllowedCharacters: .urlPathAllowed
                ) ?? "",
                range
            )
            #expect(values.text == #"{"tagValues":[],"metrics":{}}"#)
        }
        #expect(try await search(#"{name=~"(a+)+$"}"#).isEmpty)
        let deep = try await ask("/tempo/api/search", [("q", "{" + String(repeating: "(", count: 10_000))])
        #expect(deep.status == 400 && deep.text.contains("nested deeper"))
        let many = "{" + (0..<300).map { ".a\($0)=\($0)" }.joined(separator: "&&") + "}"
        #expect(try await ask("/tempo/api/search", [("q", many)]).status == 400)
        let steps = try await ask(
            "/tempo/api/metrics/query_range",
            [("q", "{} | rate()"), ("start", "0"), ("end", "\(end)"), ("step", "1s")]
        )
        #expect(steps.status == 400 && steps.text.contains("more than 11000 steps"))
        let far = try await ask(
            "/tempo/api/search",
            [("q", "{}"), ("start", "1768000000000"), ("end", "1768000003600")]
        )
        #expect(far.status == 200 && far.text == #"{"traces":[],"metrics":{}}"#)
    }
}
