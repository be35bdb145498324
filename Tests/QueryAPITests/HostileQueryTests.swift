import EmbeddedClickHouse
import HTTPCore
import HTTPTypes
import ServiceKit
import Testing

@testable import QueryAPI

@Suite(
    "Hostile queries",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct HostileQueryTests {
    private let end = RunningQueryService.end

    private func refused(
        _ path: String,
        _ parameters: [(String, String)],
        as status: Int,
        _ type: String,
        saying part: String
    ) async throws {
        let answer = try await RunningQueryService.shared.ask(path, parameters)
        #expect(answer.status == status, "\(parameters)")
        #expect(answer.text.hasPrefix(#"{"status":"error","errorType":"\#(type)","error":""#), "\(answer.text)")
        #expect(answer.text.contains(part), "\(answer.text)")
    }

    @Test("are refused in the API's form, by the parameter's name")
    func refusals() async throws {
        let range = [("start", "0"), ("end", "11001"), ("step", "1")]
        try await refused("/api/v1/query", [], as: 400, "bad_data", saying: "query")
        try await refused(
            "/api/v1/query",
            [("query", String(repeating: "(", count: 10_000))],
            as: 400,
            "bad_data",
            saying: "parse error"
        )
        try await refused("/api/v1/query", [("query", "{}")], as: 400, "bad_data", saying: "non-empty matcher")
        try await refused("/api/v1/series", [("match[]", "{}")], as: 400, "bad_data", saying: "match[]")
        try await refused("/api/v1/series", [], as: 400, "bad_data", saying: "no match[] parameter provided")
        try await refused("/api/v1/query_range", range + [("query", "1")], as: 400, "bad_data", saying: "11,000 points")
        for step in ["0", "-1"] {
            try await refused(
                "/api/v1/query_range",
                [("query", "1"), ("start", "0"), ("end", "1"), ("step", step)],
                as: 400,
                "bad_data",
                saying: "step"
            )
        }
        try await refused(
            "/api/v1/query_range",
            [("query", "x[5m]"), ("start", "0"), ("end", "1"), ("step", "1")],
            as: 400,
            "bad_data",
            saying: "range vector"
        )
        try await refused(
            "/api/v1/query",
            [("query", "1"), ("time", "yesterday")],
            as: 400,
            "bad_data",
            saying: "time"
        )
        try await refused(
            "/api/v1/query",
            [("query", #"{a=~"(?=x)"}"#)],
            as: 400,
            "bad_data",
            saying: "parse error"
        )
        try await refused(
            "/api/v1/query",
            [("query", "http_server_requests_total + on () http_server_requests_total"), ("time", "\(end)")],
            as: 422,
            "execution",
            saying: "many-to-many"
        )
    }

    @Test("with SQL in every text find nothing, and leave the tables as they are")
    func sql() async throws {
        let service = try await RunningQueryService.shared
        let before = try await service.clickHouse.count("otel_metrics_sum")
        for text in [
            "'; DROP TABLE otel_metrics_sum; --", #"\'] OR 1=1 --"#, "{names:Array(String)}", "a'b\\c\td\ne",
            "']) UNION ALL SELECT 1",
        ] {
            let literal = text.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
            for query in [#"{__name__="\#(literal)"}"#, #"http_server_requests_total{http_route="\#(literal)"}"#] {
                #expect(try await service.evaluate(query) == #"{"resultType":"vector","result":[]}"#)
            }
            let values = try await service.ask("/api/v1/label/\(text.filter { $0.isLetter })/values")
            #expect(values.text == #"{"status":"success","data":[]}"#)
        }
        #expect(try await service.clickHouse.count("otel_metrics_sum") == before)
    }

    @Test("with times beyond all calendars are answered")
    func times() async throws {
        let service = try await RunningQueryService.shared
        for time in ["-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z", "1764350000000", "-1e12"] {
            let answer = try await service.ask(
                "/api/v1/query",
                [("query", "http_server_requests_total"), ("time", time)]
            )
            #expect(answer.status == 200 && answer.text.contains(#""result":[]"#), "\(answer.text)")
            let series = try await service.ask(
                "/api/v1/series",
                [("match[]", "http_server_requests_total"), ("start", "-292273086-05-16T16:47:06Z"), ("end", time)]
            )
            #expect(series.status == 200, "\(series.text)")
        }
    }

    @Test("that select or hold more than they may are refused, and others go on")
    func limits() async throws {
        let service = try await RunningQueryService.shared
        try await service.with(["QUERY_MAX_SERIES": "3", "QUERY_MAX_SAMPLES": "100"]) { small in
            let series = try await small.ask("/api/v1/query", [("query", #"{job=~".+"}"#), ("time", "\(end)")])
            #expect(series.status == 422 && series.text.contains("too many series"))
            let samples = try await small.ask(
                "/api/v1/query",
                [("query", #"rate(queue_fill_ratio[10m:1s])"#), ("time", "\(end)")]
            )
            #expect(samples.status == 422 && samples.text.contains("too many samples"))
        }
        try await service.with(["QUERY_MAX_BYTES_TO_READ": "10"]) { small in
            let answer = try await small.ask(
                "/api/v1/query",
                [("query", "http_server_requests_total"), ("time", "\(end)")]
            )
            #expect(answer.status == 422 && answer.text.contains("read too much"), "\(answer.text)")
            #expect(!answer.text.contains("otel_") && !answer.text.contains("SELECT"))
        }
        try await service.with(["CLICKHOUSE_HTTP_PORT": "1"]) { alone in
            let answer = try await alone.ask("/api/v1/query", [("query", "up")])
            #expect(answer.status == 503 && answer.text.contains("unavailable"), "\(answer.text)")
            #expect(!answer.text.contains("127.0.0.1"))
        }
        #expect(try await service.evaluate("count(http_server_requests_total)").contains(#""2"]"#))
    }

    @Test("with regular expressions that backtrack for ever are answered at once")
    func regularExpressions() async throws {
        let service = try await RunningQueryService.shared
        let text = try await service.evaluate(#"http_server_requests_total{http_route=~"(a+)+(a|a)*(a|aa)+$b"}"#)
        #expect(text == #"{"resultType":"vector","result":[]}"#)
    }

    @Test("may be as long as 64 KiB, and come as a form beyond that")
    func long() async throws {
        let service = try await RunningQueryService.shared
        let query = "1" + String(repeating: "+1", count: 400) + String(repeating: " ", count: 50_000)
        let line = try await service.ask(
            "/api/v1/query?time=4&query=\(query.replacing("+", with: "%2B").replacing(" ", with: "+"))"
        )
        #expect(line.text.contains(#"[4,"401"]"#), "\(line.text.prefix(200))")
        let tooLong = try await service.ask("/api/v1/query?query=\(String(repeating: "+", count: 70_000))1")
        #expect(tooLong.status == 414)
        let form = try await service.ask(
            "/api/v1/query",
            [("query", String(repeating: " ", count: 200_000) + "1"), ("time", "4")],
            method: .post
        )
        #expect(form.status == 200)
    }

    @Test("whose client leaves are ended in ClickHouse")
    func cancelled() async throws {
        let service = try await RunningQueryService.shared
        // A query that ClickHouse works on for as long as it is let.
        let running = Task {
            try await TelemetryDatabase(
                QueryConfiguration(
                    Settings(environment: [
                        "CH_HOST": "127.0.0.1", "CLICKHOUSE_HTTP_PORT": "\(service.clickHouse.port)",
                    ])
                ),
                statistics: QueryStatistics()
            ).rows("SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number, 'endless'))")
        }
        let count = "SELECT count() FROM system.processes WHERE query LIKE '%endless%' AND query NOT LIKE '%processes%'"
        while try await service.clickHouse.query(count) == "0\n" { try await Task.sleep(for: .milliseconds(20)) }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        while try await service.clickHouse.query(count) != "0\n" { try await Task.sleep(for: .milliseconds(20)) }
    }
}
