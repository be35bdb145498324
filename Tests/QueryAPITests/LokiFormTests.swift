import EmbeddedClickHouse
import Foundation
import HTTPTypes
import Testing

@testable import QueryAPI

@Suite(
    "What Loki's clients ask first, and the forms of answers",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct LokiFormTests {
    private let loki = LokiClient()
    private let end = RunningQueryService.end

    @Test("answers what Grafana asks when a data source is saved and explored")
    func grafana() async throws {
        let test = try await loki.ask("/query", [("query", "vector(1)+vector(1)"), ("time", "4000000000")])
        #expect(
            test.text == #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"#
                + #""value":[4000000000,"2"]}],"stats":{}}}"#
        )
        let early = try await loki.ask("/query", [("query", "vector(1)+vector(1)"), ("time", "4000000000000000")])
        #expect(early.text.contains(#""value":[4000000,"2"]"#), "\(early.text)")
        let build = try await loki.ask("/status/buildinfo")
        #expect(build.status == 200 && build.text.hasPrefix(#"{"version":"3."#))
        // The histogram above the lines.
        let query =
            #"sum by (level, detected_level) (count_over_time({service_name="gateway"} | drop __error__[60s]))"#
        let volume = try await loki.ask("/query_range", loki.whole + [("query", query), ("step", "60000ms")])
        let result = try #require(try loki.data(volume)["result"] as? [[String: Any]])
        #expect(
            result.compactMap { $0["metric"] as? [String: String] } == [
                ["detected_level": "error"], ["detected_level": "info"],
            ]
        )
        let counts = result.flatMap { $0["values"] as? [[Any]] ?? [] }.reduce(0) {
            $0 + (Int($1[1] as? String ?? "") ?? 0)
        }
        #expect(counts == 120)
        // A trace's logs.
        let trace = try await loki.ask(
            "/query_range",
            loki.whole + [
                ("query", #"{service_name="pay"} | trace_id="\#(SampleTraces.checkout)""#), ("limit", "1000"),
            ]
        )
        #expect(try loki.lines(trace).map(\.line) == [#"card "visa" was refused"#])
        #expect(try await loki.ask("/drilldown-limits").text.contains(#""volume_enabled":true"#))
        #expect(try await RunningQueryService.shared.ask("/loki/loki/api/v1/labels", loki.whole).status == 200)
        #expect(try await RunningQueryService.shared.ask("/loki/ready").text == "ready\n")
    }

    @Test("formats queries")
    func formatting() async throws {
        let answer = try await loki.ask("/format_query", [("query", #"sum(rate({a="b"}|="c"[5m]))by(d)"#)])
        #expect(answer.text == #"{"status":"success","data":"sum by (d) (rate({a=\"b\"} |= \"c\" [5m]))"}"#)
    }

    @Test("gives scalars, vectors and matrices as Loki does")
    func forms() async throws {
        let scalar = try await loki.ask("/query", [("query", "1 + 1"), ("time", "\(end)")])
        #expect(
            scalar.text == #"{"status":"success","data":{"resultType":"scalar","result":[\#(end),"2"],"stats":{}}}"#
        )
        let matrix = try await loki.ask(
            "/query_range",
            [("query", "vector(0.5)"), ("start", "\(end)"), ("end", "\(end + 2)"), ("step", "1")]
        )
        #expect(
            matrix.text == #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":["#
                + #"[\#(end),"0.5"],[\#(end + 1),"0.5"],[\#(end + 2),"0.5"]]}],"stats":{}}}"#
        )
        // Never with an exponent.
        let large = try await loki.ask("/query", [("query", "vector(1e25)"), ("time", "\(end)")])
        #expect(large.text.contains(#""10000000000000000000000000""#))
        let form = try await loki.ask("/query", [("query", "1"), ("time", "\(end)")], method: .post)
        #expect(form.text.contains(#"[\#(end),"1"]"#))
        let zipped = try await loki.ask("/labels", loki.whole, headers: [.acceptEncoding: "gzip"])
        #expect(zipped.head.headerFields[.contentEncoding] == "gzip" && zipped.text.contains("service_name"))
    }
}
