import EmbeddedClickHouse
import HTTPTypes
import Testing

@testable import QueryAPI

@Suite(
    "Hostile queries of Loki's clients",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct LokiHostileTests {
    private let end = RunningQueryService.end

    private var whole: [(String, String)] {
        [("start", "\(end - 600)000000000"), ("end", "\(end)000000000")]
    }

    private func refused(
        _ path: String,
        _ parameters: [(String, String)],
        as status: Int = 400,
        saying part: String
    ) async throws {
        let answer = try await RunningQueryService.shared.ask("/loki/api/v1" + path, parameters)
        #expect(answer.status == status, "\(parameters): \(answer.text)")
        #expect(answer.head.headerFields[.contentType] == "text/plain; charset=utf-8")
        #expect(answer.text.contains(part), "\(answer.text)")
    }

    @Test("are refused as text, by what is wrong with them")
    func refusals() async throws {
        let lines = #"{service_name="gateway"}"#
        let numbers = #"sum(rate({service_name="gateway"}[1m]))"#
        try await refused("/query", [], saying: "query")
        try await refused("/query", [("query", "{}")], saying: "at least one regexp or equality matcher")
        try await refused(
            "/query",
            [("query", lines)],
            saying: "log queries are not supported as an instant query type"
        )
        try await refused(
            "/query_range",
            [("query", "{a=}")],
            saying: "parse error at line 1, col 4: syntax error: unexpected }"
        )
        try await refused(
            "/query_range",
            [("query", String(repeating: "(", count: 10_000))],
            saying: "nests too deeply"
        )
        try await refused("/query_range", [("query", lines), ("regexp", "x")], saying: "regexp")
        try await refused("/query_range", [("query", lines), ("shards", "1")], saying: "shards")
        try await refused("/query_range", [("query", lines), ("limit", "5001")], saying: "5001 > 5000")
        try await refused("/query_range", [("query", lines), ("limit", "0")], saying: "limit must be a positive value")
        try await refused("/query_range", [("query", lines), ("limit", "x")], saying: "limit")
        try await refused("/query_range", [("query", lines), ("direction", "up")], saying: "invalid direction 'up'")
        try await refused("/query_range", [("query", lines), ("start", "x")], saying: "'start'")
        try await refused(
            "/query_range",
            [("query", lines), ("start", "2"), ("end", "1")],
            saying: "end must be after start"
        )
        try await refused("/query_range", [("query", lines), ("since", "soon")], saying: "'since'")
        try await refused("/query_range", [("query", lines), ("interval", "-5s")], saying: "interval")
        try await refused("/query_range", [("query", numbers), ("interval", "5s")], saying: "interval")
        for step in ["0", "-1", "1us", "x"] {
            try await refused(
                "/query_range",
                whole + [("query", numbers), ("step", step)],
                saying: step == "x" ? "'step'" : "step"
            )
        }
        try await refused("/query_range", whole + [("query", numbers), ("step", "0.05")], saying: "11,000 points")
        try await refused("/index/volume_range", whole + [("query", lines), ("step", "0.05")], saying: "11,000 points")
        try await refused("/index/volume", whole + [("query", lines), ("aggregateBy", "x")], saying: "aggregateBy")
        try await refused("/index/stats", whole, saying: "query")
        try await refused("/index/stats", whole + [("query", #"{a="b"} |= "c""#)], saying: "unexpected |=")
        try await refused("/series", whole + [("match[]", "{a=b}")], saying: "match[]")
        try await refused("/detected_fields", whole + [("query", numbers)], saying: "only log selectors")
        try await refused("/detected_fields", whole + [("query", lines), ("line_limit", "9999")], saying: "line_limit")
        try await refused("/tail", [("query", lines)], saying: "tail is not supported")
        try await refused("/index/shards", [("query", lines)], saying: "index/shards is not supported")
        try await refused("/rules", [], as: 404, saying: "no rule groups found")
        try await refused(
            "/query",
            [("query", #"sum(count_over_time({service_name="gateway"} | json [10m]))"#), ("time", "\(end)")],
            saying: "pipeline error: 'JSONParserErr' for series"
        )
        try await refused(
            "/query_range",
            [("query", #"{a="b"} | line_format "{{ now }}""#)],
            saying: #"function "now" is not supported"#
        )
    }

    @Test("with SQL in every text find nothing, and leave the table as it is")
    func sql() async throws {
        let service = try await RunningQueryService.shared
        let count = "SELECT count() FROM otel_logs WHERE ServiceName = 'gateway'"
        let before = try await service.clickHouse.query(count)
        for text in [
            "'; DROP TABLE otel_logs; --", #"\'] OR 1=1 --"#, "{p0:String}", "a'b\\c\td\ne", "']) UNION ALL SELECT 1",
            "%", "\0",
        ] {
            let literal = text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
                .replacing("\0", with: "\\x00").replacing("\"", with: "\\\"")
            for query in [
                #"{service_name="\#(literal)"}"#, #"{k8s_pod_name="\#(literal)"}"#,
                #"{service_name="gateway"} |= "\#(literal)""#,
                #"{service_name="gateway"} | user_id="\#(literal)""#,
                #"{service_name="gateway"} | trace_id="\#(literal)""#,
                #"{service_name=~"\#(literal)(x)?(y|z)*q"}"#.replacing("{p0", with: "p0"),
            ] {
                let answer = try await service.ask("/loki/api/v1/query_range", whole + [("query", query)])
                if answer.status == 200 {
                    #expect(answer.text.contains(#""result":[]"#), "\(query): \(answer.text)")
                } else {
                    // A regular expression that is none.
                    #expect(answer.status == 400 && answer.text.contains("parse error"), "\(query): \(answer.text)")
                }
            }
            let sum = #"sum(count_over_time({service_name="gateway"} | http_route="\#(literal)" [10m]))"#
            let none = try await service.ask("/loki/api/v1/query", [("query", sum), ("time", "\(end)")])
            #expect(none.text.contains(#""result":[]"#), "\(none.text)")
        }
        #expect(try await service.clickHouse.query(count) == before)
    }

    @Test("with times beyond all calendars are answered")
    func times() async throws {
        let service = try await RunningQueryService.shared
        let query = #"{service_name="gateway"}"#
        for (start, end) in [
            ("-9223372036854775808", "9223372036854775807"), ("1764350000000", "1764350000001"),
            ("9223372036854775806", "9223372036854775807"), ("-1000000000000.0", "1000000000000.0"), ("0", "1"),
        ] {
            for path in ["/query_range", "/labels", "/index/stats", "/index/volume", "/detected_fields", "/patterns"] {
                let answer = try await service.ask(
                    "/loki/api/v1" + path,
                    [("query", query), ("start", start), ("end", end)]
                )
                #expect(answer.status == 200, "\(path) \(start): \(answer.text)")
            }
        }
        for time in ["9223372036854775807", "-9223372036854775808", "58000000000"] {
            let answer = try await service.ask(
                "/loki/api/v1/query",
                [("query", "sum(count_over_time(\(query)[5m] offset -100000h))"), ("time", time)]
            )
            #expect(answer.status == 200 && answer.text.contains(#""result":[]"#), "\(answer.text)")
        }
    }

    @Test("that would read, hold or answer more than they may are refused, and others go on")
    func limits() async throws {
        let service = try await RunningQueryService.shared
        let everything = #"{service_name=~".+"}"#
        // Where the ten minutes are whole steps of the rollup, some rows of it are all that is read.
        try await service.with(["QUERY_MAX_BYTES_TO_READ": "100"]) { small in
            for path in ["/query_range", "/index/stats", "/labels", "/patterns"] {
                let answer = try await small.ask("/loki/api/v1" + path, whole + [("query", everything)])
                #expect(answer.status == 400 && answer.text.contains("read too much"), "\(path): \(answer.text)")
                #expect(!answer.text.contains("otel_") && !answer.text.contains("SELECT"))
            }
        }
        try await service.with(["QUERY_MAX_SERIES": "3", "QUERY_MAX_SAMPLES": "10"]) { small in
            let series = try await small.ask(
                "/loki/api/v1/query",
                [("query", #"count_over_time({service_name="gateway"}[10m])"#), ("time", "\(end)")]
            )
            #expect(series.status == 400 && series.text.contains("more than 3 series"), "\(series.text)")
            let samples = try await small.ask(
                "/loki/api/v1/query",
                [
                    ("query", #"max_over_time({service_name="worker"} | json | unwrap ms [10m]) by ()"#),
                    ("time", "\(end)"),
                ]
            )
            #expect(samples.status == 400 && samples.text.contains("too many samples"), "\(samples.text)")
            let streams = try await small.ask("/loki/api/v1/series", whole)
            #expect(streams.status == 400 && streams.text.contains("more than 3 streams"))
        }
        // More series than an answer may have.
        let many = try await service.ask(
            "/loki/api/v1/query",
            [
                (
                    "query",
                    #"count_over_time({service_name="gateway"} | logfmt [10m]) or label_replace(count_over_time({service_name="worker"}"#
                        + #" | json [10m]), "x", "y", "job", ".*")"#
                ), ("time", "\(end)"),
            ]
        )
        #expect(many.status == 200)
        try await service.with(["QUERY_MAX_ANSWER_BYTES": "2000"]) { small in
            let answer = try await small.ask(
                "/loki/api/v1/query_range",
                whole + [("query", everything), ("limit", "1000")]
            )
            #expect(answer.status == 400 && answer.text.contains("2000 bytes"), "\(answer.text)")
            // Fewer lines fit, though not all of a page do.
            let few = try await small.ask("/loki/api/v1/query_range", whole + [("query", everything), ("limit", "2")])
            #expect(few.status == 200, "\(few.text)")
        }
        try await service.with(["CLICKHOUSE_HTTP_PORT": "1"]) { alone in
            let answer = try await alone.ask("/loki/api/v1/labels", whole)
            #expect(answer.status == 503 && !answer.text.contains("127.0.0.1"), "\(answer.text)")
        }
        #expect(try await service.ask("/loki/api/v1/labels", whole).status == 200)
    }

    @Test("with regular expressions that backtrack for ever are answered at once")
    func regularExpressions() async throws {
        let service = try await RunningQueryService.shared
        for query in [
            #"{service_name="gateway"} |~ "(a+)+(a|a)*(a|aa)+$b""#, #"{service_name=~"(g+)+(a|a)*(t|tt)+$b"}"#,
            #"{service_name="gateway"} | regexp "(?P<x>(l|l)*(e+)+$b)" | x != """#,
            #"{service_name="gateway"} | line_format `{{regexReplaceAll "(l|l)*(e+)+$b" __line__ ""}}` |= "nothing""#,
        ] {
            let answer = try await service.ask("/loki/api/v1/query_range", whole + [("query", query)])
            #expect(answer.text.contains(#""result":[]"#), "\(query): \(answer.text)")
        }
    }

    @Test("may be as long as 64 KiB, and their texts longer than a statement has room for")
    func long() async throws {
        let service = try await RunningQueryService.shared
        let text = String(repeating: "x", count: 20_000)
        for query in [
            #"{service_name="gateway"} |= "\#(text)""#, #"{service_name="gateway", k8s_pod_name="\#(text)"}"#,
            #"{service_name="gateway"} | user_id="\#(text)""#, #"{service_name=~"gateway|\#(text)"} |= "\#(text)""#,
        ] {
            let answer = try await service.ask("/loki/api/v1/query_range", whole + [("query", query)], method: .post)
            #expect(answer.text.contains(#""result":[]"#), "\(answer.text.prefix(200))")
        }
        let without = #"sum(count_over_time({service_name="gateway"} != "\#(text)" [10m]))"#
        let count = try await service.ask(
            "/loki/api/v1/query",
            [("query", without), ("time", "\(end)")],
            method: .post
        )
        #expect(count.text.contains(#""120"]"#), "\(count.text.prefix(300))")
        let many = #"{service_name="gateway"}"# + String(repeating: #" |= "took""#, count: 2_000)
        let filters = try await service.ask(
            "/loki/api/v1/query_range",
            whole + [("query", many), ("limit", "5000")],
            method: .post
        )
        #expect(filters.status == 200 && filters.text.contains("took=119ms"), "\(filters.text.prefix(300))")
    }
}
