import EmbeddedClickHouse
import HTTPCore
import HTTPTypes
import Testing

@testable import QueryAPI

@Suite(
    "Parameters",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct ParameterTests {
    /// Endpoints of an interface, each with a value for everything that can be said of it.
    struct Endpoint: CustomTestStringConvertible, Sendable {
        let path: String
        let parameters: [String: String]

        init(_ path: String, _ parameters: [String: String]) {
            self.path = path
            self.parameters = parameters
        }

        var testDescription: String { path }
    }

    private static let end = RunningQueryService.end
    private static let range = ["start": "\(end - 300)", "end": "\(end)"]
    private static let microseconds = ["start": "\((end - 300) * 1_000_000)", "end": "\(end * 1_000_000)"]
    private static let selection = ["match[]": "up", "limit": "5"].merging(range) { $1 }
    private static let evaluation = [
        "query": "up", "timeout": "5s", "limit": "5", "lookback_delta": "1m", "nocache": "1", "step": "60",
    ]
    private static let logs = ["query": #"{service_name="cart"}"#, "since": "1h"].merging(range) { $1 }
    private static let volumes = ["limit": "5", "targetLabels": "service_name", "aggregateBy": "labels"]
        .merging(logs) { $1 }
    private static let fields = ["limit": "5", "line_limit": "5", "step": "10s"].merging(logs) { $1 }
    private static let third = [
        "query.startTimeMin": "2026-01-01T00:00:00Z", "query.start_time_min": "2026-01-01T00:00:00Z",
        "query.startTimeMax": "2026-01-02T00:00:00Z", "query.start_time_max": "2026-01-02T00:00:00Z",
        "query.serviceName": "cart", "query.service_name": "cart", "query.operationName": "POST",
        "query.operation_name": "POST", "query.durationMin": "1ms", "query.duration_min": "1ms",
        "query.durationMax": "9s", "query.duration_max": "9s", "query.attributes": "{}", "query.searchDepth": "5",
        "query.search_depth": "5", "query.numTraces": "5", "query.num_traces": "5", "query.rawTraces": "true",
        "query.raw_traces": "true",
    ]

    private static let prometheus = [
        Endpoint("/api/v1/query", evaluation.merging(["time": "\(end)"]) { $1 }),
        Endpoint("/api/v1/query_range", evaluation.merging(range) { $1 }),
        Endpoint("/api/v1/query_exemplars", ["query": "up"].merging(range) { $1 }),
        Endpoint("/api/v1/format_query", ["query": "up"]),
        Endpoint("/api/v1/series", selection), Endpoint("/api/v1/labels", selection),
        Endpoint("/api/v1/label/job/values", selection),
        Endpoint("/api/v1/metadata", ["metric": "up", "limit": "5", "limit_per_metric": "1"]),
        Endpoint("/api/v1/status/buildinfo", [:]),
        Endpoint(
            "/api/v1/rules",
            [
                "type": "alert", "rule_name[]": "a", "rule_group[]": "a", "file[]": "a", "exclude_alerts": "true",
                "match[]": "up", "group_limit": "5", "group_next_token": "a",
            ]
        ),
        Endpoint("/api/v1/alerts", [:]), Endpoint("/api/v1/targets", ["state": "active", "scrapePool": "a"]),
    ]
    private static let jaeger = [
        Endpoint("/api/services", [:]), Endpoint("/api/services/cart/operations", [:]),
        Endpoint("/api/operations", ["service": "cart", "spanKind": "client"]),
        Endpoint(
            "/api/traces",
            [
                "service": "cart", "operation": "POST", "lookback": "1h", "limit": "5", "minDuration": "1ms",
                "maxDuration": "9s", "tag": "a:b", "tags": "{}",
            ].merging(microseconds) { $1 }
        ),
        Endpoint("/api/traces", ["traceID": SampleTraces.checkout]),
        Endpoint("/api/traces/\(SampleTraces.checkout)", ["raw": "true"].merging(microseconds) { $1 }),
        Endpoint("/api/dependencies", ["endTs": "\(end * 1_000)", "lookback": "60000", "service": "cart"]),
        Endpoint("/api/metrics/minstep", [:]),
        Endpoint(
            "/api/metrics/latencies",
            [
                "service": "cart", "quantile": "0.5", "groupByOperation": "true", "endTs": "\(end * 1_000)",
                "lookback": "60000", "step": "60000", "ratePer": "60000", "spanKind": "server",
            ]
        ),
    ].map { Endpoint($0.path, $0.parameters.merging(["prettyPrint": "true"]) { $1 }) }
    private static let jaegerThird = [
        Endpoint("/api/v3/services", [:]),
        Endpoint("/api/v3/operations", ["service": "cart", "spanKind": "server", "span_kind": "server"]),
        Endpoint("/api/v3/trace-summaries", third), Endpoint("/api/v3/traces", third),
        Endpoint(
            "/api/v3/traces/\(SampleTraces.checkout)",
            [
                "startTime": "2026-01-01T00:00:00Z", "start_time": "2026-01-01T00:00:00Z",
                "endTime": "2026-01-01T00:00:00Z", "end_time": "2026-01-01T00:00:00Z", "rawTraces": "true",
                "raw_traces": "true",
            ]
        ),
    ]
    private static let loki = [
        Endpoint("/loki/api/v1/query", ["query": "vector(1)", "time": "\(end)", "limit": "5", "direction": "forward"]),
        Endpoint(
            "/loki/api/v1/query_range",
            ["limit": "5", "direction": "forward", "interval": "1s", "step": "10s"].merging(logs) { $1 }
        ),
        Endpoint("/loki/api/v1/labels", logs), Endpoint("/loki/api/v1/label", logs),
        Endpoint("/loki/api/v1/label/service_name/values", logs),
        Endpoint("/loki/api/v1/series", ["match[]": "{}", "match": "{}", "since": "1h"].merging(range) { $1 }),
        Endpoint("/loki/api/v1/index/stats", logs), Endpoint("/loki/api/v1/index/volume", volumes),
        Endpoint("/loki/api/v1/index/volume_range", volumes.merging(["step": "10s"]) { $1 }),
        Endpoint("/loki/api/v1/detected_labels", logs), Endpoint("/loki/api/v1/detected_fields", fields),
        Endpoint("/loki/api/v1/detected_field/level/values", fields),
        Endpoint("/loki/api/v1/patterns", ["step": "10s"].merging(logs) { $1 }),
        Endpoint("/loki/api/v1/format_query", ["query": #"{a="b"}"#]),
        Endpoint("/loki/api/v1/status/buildinfo", [:]), Endpoint("/loki/api/v1/drilldown-limits", [:]),
    ]
    private static let tempo = [
        Endpoint("/tempo/api/status/buildinfo", [:]),
        Endpoint("/tempo/api/traces/\(SampleTraces.checkout)", range),
        Endpoint("/api/v2/traces/\(SampleTraces.checkout)", range),
        Endpoint("/api/search", ["q": "{}", "limit": "5", "spss": "1"].merging(range) { $1 }),
        Endpoint("/api/search", ["tags": "a=b", "minDuration": "1ms", "maxDuration": "9s"].merging(range) { $1 }),
        Endpoint("/api/search/tags", ["scope": "span", "q": "{}", "limit": "5"].merging(range) { $1 }),
        Endpoint("/api/v2/search/tags", ["scope": "span", "q": "{}", "limit": "5"].merging(range) { $1 }),
        Endpoint("/api/search/tag/name/values", ["q": "{}", "limit": "5"].merging(range) { $1 }),
        Endpoint("/api/v2/search/tag/name/values", ["q": "{}", "limit": "5"].merging(range) { $1 }),
        Endpoint(
            "/api/metrics/query_range",
            ["q": "{} | rate()", "step": "60", "exemplars": "5"].merging(range) { $1 }
        ),
        Endpoint("/api/metrics/query", ["q": "{} | rate()"].merging(range) { $1 }),
    ]
    private static let own = [
        Endpoint(
            "/api/v1/services/stats",
            ["start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-02T00:00:00Z"]
        )
    ]

    /// How each interface begins the refusal of `unheard`.
    private static let forms: [(endpoints: [Endpoint], start: String)] = [
        (prometheus, #"{"status":"error","errorType":"bad_data","error":"invalid parameter \"unheard\":"#),
        (
            jaeger,
            #"{"data":null,"total":0,"limit":0,"offset":0,"errors":[{"code":400,"#
                + #""msg":"invalid parameter \"unheard\":"#
        ),
        (jaegerThird, #"{"error":{"httpCode":400,"message":"invalid parameter \"unheard\":"#),
        (loki, #"invalid parameter "unheard": it is not supported"#),
        (tempo, #"invalid parameter "unheard": it is not supported"#),
        (own, "{"),
    ]

    @Test("that an endpoint does not know are refused by name, in the form of its interface", arguments: forms.indices)
    func unknown(_ interface: Int) async throws {
        let service = try await RunningQueryService.shared
        let (endpoints, start) = Self.forms[interface]
        for endpoint in endpoints {
            let parameters = endpoint.parameters.map { ($0, $1) } + [("unheard", "1")]
            let answer = try await service.ask(endpoint.path, parameters)
            #expect(answer.status == 400, "\(endpoint.path): \(answer.text)")
            #expect(
                answer.text.hasPrefix(start) && answer.text.contains("unheard"),
                "\(endpoint.path): \(answer.text)"
            )
        }
    }

    @Test(
        "that an endpoint knows are taken, one by one and all together",
        arguments: [prometheus, jaeger, jaegerThird, loki, tempo, own]
    )
    func known(_ endpoints: [Endpoint]) async throws {
        let service = try await RunningQueryService.shared
        for endpoint in endpoints {
            for (name, value) in endpoint.parameters {
                let answer = try await service.ask(endpoint.path, [(name, value)])
                #expect(!answer.text.contains("it is not supported"), "\(endpoint.path) \(name): \(answer.text)")
            }
            let all = try await service.ask(endpoint.path, endpoint.parameters.map { ($0, $1) })
            #expect([200, 404].contains(all.status), "\(endpoint.path): \(all.text)")
        }
    }

    @Test("of a form are looked at as those of the request line are")
    func posted() async throws {
        let service = try await RunningQueryService.shared
        for path in ["/api/v1/query", "/loki/api/v1/labels"] {
            let answer = try await service.ask(path, [("query", "up"), ("dedup", "1")], method: .post)
            #expect(answer.status == 400 && answer.text.contains("dedup"), "\(answer.text)")
        }
        let body = try await service.send("/api/v1/traces?limit=5", body: "{}")
        #expect(body.status == 400 && body.text.contains("limit"), "\(body.text)")
    }

    @Test("that look like another's are refused too: statistics, shards, filters, partial answers")
    func others() async throws {
        let service = try await RunningQueryService.shared
        for (path, name) in [
            ("/api/v1/query?query=1&stats=all", "stats"), ("/api/v1/query?query=1&partial_response=true", "partial"),
            ("/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D&shards=1_of_2", "shards"),
            ("/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D&regexp=x", "regexp"),
            ("/api/metrics/calls?service=a&tag=b:c", "tag"), ("/api/search?q=%7B%7D&step=5", "step"),
            // The path is Jaeger's too, who knows this one.
            ("/api/v2/traces/abc?raw=true", "raw"),
        ] {
            let answer = try await service.ask(path)
            #expect(answer.status == 400 && answer.text.contains(name), "\(path): \(answer.text)")
        }
    }
}
