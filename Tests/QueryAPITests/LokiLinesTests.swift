import EmbeddedClickHouse
import Foundation
import HTTPTypes
import Testing
import TextCoding

@testable import QueryAPI

@Suite(
    "Lines of logs, for clients of Loki",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct LokiLinesTests {
    private let loki = LokiClient()
    private let end = RunningQueryService.end

    @Test("gives the newest lines of a selector, and says of each what is known")
    func newest() async throws {
        let query = loki.whole + [("query", #"{service_name="gateway"}"#), ("limit", "2")]
        let plain = try await loki.ask("/query_range", query)
        let (last, before) = (end - 5, end - 10)
        // Each has metadata of its own, and so is a stream of its own.
        #expect(
            plain.text == #"{"status":"success","data":{"resultType":"streams","result":["#
                + #"{"stream":{"deployment_environment_name":"prod","detected_level":"info","host_name":"h1","http_route":"/p1","#
                + #""k8s_pod_name":"gw-0","scope_kind":"server","scope_name":"http","scope_version":"1.2","#
                + #""service_name":"gateway","service_name_extracted":"inner","service_namespace":"web","severity_number":"9","#
                + #""severity_text":"INFO","user_id":"u3"},"values":[["\#(before)123456789","#
                + #""level=info method=GET path=/p1 status=200 took=118ms size=1180B peer=10.0.2.7"]]},"#
                + #"{"stream":{"deployment_environment_name":"prod","detected_level":"info","host_name":"h1","http_route":"/p2","#
                + #""k8s_pod_name":"gw-1","scope_kind":"server","scope_name":"http","scope_version":"1.2","#
                + #""service_name":"gateway","service_name_extracted":"inner","service_namespace":"web","severity_number":"9","#
                + #""severity_text":"INFO","user_id":"u4"},"values":[["\#(last)123456789","#
                + #""level=info method=GET path=/p2 status=200 took=119ms size=1190B peer=10.0.3.7"]]}],"stats":{}}}"#
        )
        let categorized = try await loki.ask(
            "/query_range",
            query + [("query", "")],
            headers: [.lokiResponseEncodingFlags: "categorize-labels"]
        )
        #expect(categorized.text.contains(#""resultType":"streams","encodingFlags":["categorize-labels"],"result":["#))
        #expect(
            categorized.text.contains(
                #"{"stream":{"deployment_environment_name":"prod","k8s_pod_name":"gw-1","service_name":"gateway","#
                    + #""service_namespace":"web"},"values":[["\#(last)123456789","level=info method=GET path=/p2 status=200 "#
                    + #"took=119ms size=1190B peer=10.0.3.7",{"structuredMetadata":{"detected_level":"info","#
            )
        )
        let parsed = try await loki.ask(
            "/query_range",
            loki.whole + [("query", #"{service_name="worker"} | json job | drop severity_text"#), ("limit", "1")],
            headers: [.lokiResponseEncodingFlags: "categorize-labels"]
        )
        #expect(
            parsed.text.contains(
                #",{"structuredMetadata":{"detected_level":"warn","event_name":"job.done","severity_number":"13"},"#
                    + #""parsed":{"job":"j3"}}]"#
            ),
            "\(parsed.text)"
        )
        // Nothing beside the text: the object is there all the same.
        let bare = try await loki.ask(
            "/query_range",
            loki.whole + [("query", #"{service_name="worker"} | keep service_name"#), ("limit", "1")],
            headers: [.lokiResponseEncodingFlags: "categorize-labels"]
        )
        #expect(bare.text.contains(#"}",{}]]"#), "\(bare.text)")
    }

    @Test(
        "filters by the line, by labels and by what is known beside the text",
        arguments: [
            (#"{service_name="gateway"} |= "status=500""#, 12), (#"{service_name="gateway"} != "info""#, 12),
            (#"{service_name="gateway"} |= "took=5ms" or "took=6ms""#, 2),
            (#"{service_name="gateway"} |~ "took=1\\dms""#, 10),
            (#"{service_name="gateway"} !~ "took=\\d+ms""#, 0), (#"{service_name="gateway"} |= "500 took""#, 12),
            (#"{service_name="gateway"} |= ip("10.0.1.0/24")"#, 30),
            (#"{service_name="gateway"} |> "<_> took=7ms <_>""#, 1),
            (#"{service_name="gateway", k8s_pod_name="gw-0"}"#, 60),
            (#"{k8s_pod_name=~"gw-.", service_namespace!=""}"#, 120),
            (#"{service_name=~"gate.*|x"}"#, 120), (#"{service_name!~"gateway|worker|pay", service_name=~".+"}"#, 4),
            (#"{service_name="unknown_service"}"#, 4), (#"{service_name=~"unknown_.+"}"#, 4),
            (#"{service_name=~".+", k8s_pod_name=""}"#, 66), (#"{service_name="gateway", host_name="h1"}"#, 0),
            (#"{service_name="gateway", host_name!="h1"}"#, 120),
            (#"{service_name="gateway"} | trace_id!="""#, 30),
            (#"{service_name="gateway"} | trace_id="00000000000000000000000000000005""#, 1),
            (#"{service_name="gateway"} | http_route="/p1""#, 40),
            (#"{service_name="gateway"} | http_route=~"/p[12]""#, 80),
            (#"{service_name="gateway"} | host_name="h1" and (user_id="u1" or user_id="u2")"#, 48),
            (#"{service_name="gateway"} | service_name_extracted="inner" | scope_kind="server""#, 120),
            (#"{service_name="gateway"} | detected_level="error""#, 12),
            (#"{service_name="gateway"} | severity_number="17""#, 12),
            (#"{service_name="gateway"} | severity_number >= 17"#, 12), (#"{service_name="gateway"} | flags="1""#, 30),
            (#"{service_name="gateway"} | nobody="""#, 120), (#"{service_name="gateway"} | nobody="x""#, 0),
            (#"{service_name="gateway"} | logfmt | took > 100ms and status = 200"#, 18),
            (#"{service_name="gateway"} | logfmt | level="error" | size >= 1KB"#, 2),
            (#"{service_name="worker"} | json | nested_ok="true" | ms > 100"#, 13),
            (#"{service_name="worker"} |= "it's" |= `"9\"`"#, 1),
            (#"{service_name="unknown_service"} | detected_level="warn""#, 1),
            (#"{service_name="unknown_service"} | detected_level="error""#, 1),
            (#"{service_name="unknown_service"} | detected_level="unknown""#, 2),
            (#"{service_name="unknown_service"} |~ "one.line""#, 0),
            (#"{service_name="unknown_service"} |~ "(?s)one.line""#, 1),
            (#"{service_name="unknown_service"} |~ "^line two""#, 0),
            (#"{service_name="unknown_service"} |~ "(?m)^line two""#, 1),
        ]
    )
    func filters(_ query: String, _ count: Int) async throws {
        let answer = try await loki.ask("/query_range", loki.whole + [("query", query), ("limit", "5000")])
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try loki.lines(answer).count == count, "\(query)")
        // The same, tested here and not in ClickHouse: no label filter behind a parser is pushed down.
        let here = query.replacing("} |", with: "} | regexp `(?P<none>^$^)` |")
        let again = try await loki.ask("/query_range", loki.whole + [("query", here), ("limit", "5000")])
        #expect(try loki.lines(again).count == count, "\(here)")
    }

    @Test("goes in both directions, within start and end, with limit and interval")
    func directions() async throws {
        func times(_ parameters: [(String, String)]) async throws -> [Int64] {
            let answer = try await loki.ask(
                "/query_range",
                [("query", #"{service_name="worker"} | keep service_name"#)] + parameters
            )
            let result = try #require(try loki.data(answer)["result"] as? [[String: Any]], "\(answer.text)")
            let values = try #require(result.first?["values"] as? [[Any]])
            return values.compactMap { Int64($0[0] as? String ?? "").map { $0 / 1_000_000_000 - (end - 600) } }
        }
        #expect(try await times(loki.whole + [("limit", "3")]) == [590, 580, 570])
        #expect(try await times(loki.whole + [("limit", "3"), ("direction", "FORWARD")]) == [0, 10, 20])
        #expect(
            try await times(loki.whole + [("limit", "3"), ("direction", "backward"), ("interval", "60s")]) == [
                590, 530, 470,
            ]
        )
        #expect(
            try await times(loki.whole + [("limit", "3"), ("direction", "forward"), ("interval", "95")]) == [
                0, 100, 200,
            ]
        )
        // The start counts, the end does not, to the nanosecond.
        let (first, last) = ("\(end - 600 + 20)123456789", "\(end - 600 + 40)123456789")
        #expect(try await times([("start", first), ("end", last)]) == [30, 20])
        // Seconds and RFC 3339 are times too.
        let seconds = [("start", "\(end - 600).0"), ("end", "\(end - 570)")]
        #expect(try await times(seconds) == [20, 10, 0])
        let text = [("start", RFC3339.text((end - 600) * 1000)), ("end", RFC3339.text((end - 570) * 1000))]
        #expect(try await times(text) == [20, 10, 0])
        #expect(try await times([("since", "30s"), ("end", "\(end)000000000")]).count == 3)
    }

    @Test("reads page by page, whatever lines a stage lets through")
    func pages() async throws {
        // More lines than one statement asks for, many of them at one time.
        let service = try await RunningQueryService.shared
        let start = end - 5_000
        _ = try await service.clickHouse.query(
            """
            INSERT INTO otel_logs (Timestamp, ServiceName, Body)
            SELECT fromUnixTimestamp64Nano(toInt64(\(start) + intDiv(number, 700)) * 1000000000), 'pages',
                concat('n=', toString(number))
            FROM numbers(3000)
            """
        )
        let times = [("start", "\(start)000000000"), ("end", "\(start + 100)000000000")]
        for direction in ["forward", "backward"] {
            let query = #"{service_name="pages"} | logfmt | n =~ ".*7" | keep n"#
            let answer = try await loki.ask(
                "/query_range",
                times + [("query", query), ("limit", "5000"), ("direction", direction)]
            )
            let found = try loki.lines(answer).map(\.line)
            #expect(Set(found).count == 300 && found.count == 300)
        }
        let sum = try await loki.ask(
            "/query",
            [
                ("query", #"sum(sum_over_time({service_name="pages"} | logfmt | unwrap n [10m]))"#),
                ("time", "\(start + 100)"),
            ]
        )
        #expect(sum.text.contains("\"\(3000 * 2999 / 2)\""), "\(sum.text)")
        _ = try await service.clickHouse.query("DELETE FROM otel_logs WHERE ServiceName = 'pages'")
    }
}
