import EmbeddedClickHouse
import HTTPTypes
import Testing

@testable import QueryAPI

@Suite(
    "Prometheus' API over the OpenTelemetry tables",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct PrometheusAPITests {
    private let end = RunningQueryService.end

    @Test("gives values under Prometheus' names, and rates that are right")
    func values() async throws {
        let service = try await RunningQueryService.shared
        #expect(
            try await service.evaluate(#"http_server_requests_total{http_route="/a"}"#)
                == #"{"resultType":"vector","result":[{"metric":{"__name__":"http_server_requests_total","#
                + #""http_route":"/a","instance":"one","job":"shop","z":"1"},"value":[\#(end),"600"]}]}"#
        )
        #expect(
            try await service.evaluate("sum by (job) (rate(http_server_requests_total[5m]))")
                == #"{"resultType":"vector","result":[{"metric":{"job":"shop"},"value":[\#(end),"2"]}]}"#
        )
        // Left-open, as Prometheus 3: five minutes of samples ten seconds apart are thirty.
        #expect(
            try await service.evaluate(#"count_over_time(http_server_requests_total{http_route="/b"}[5m])"#)
                .contains(#""value":[\#(end),"30"]"#)
        )
        #expect(
            try await service.evaluate(#"{"http.server.requests",http_route="/b"}"#)
                .contains(#""__name__":"http_server_requests_total""#)
        )
    }

    @Test("makes buckets, sums and counts of histograms")
    func histograms() async throws {
        let service = try await RunningQueryService.shared
        let name = "http_server_request_duration_seconds"
        for (le, value) in [("0.1", "300"), ("1", "540"), ("+Inf", "600")] {
            let text = try await service.evaluate(#"\#(name)_bucket{le="\#(le)"}"#)
            #expect(text.contains(#""le":"\#(le)"},"value":[\#(end),"\#(value)"]"#))
        }
        #expect(try await service.evaluate("\(name)_count").contains(#""600"]"#))
        #expect(try await service.evaluate("\(name)_sum").contains(#""150"]"#))
        // Half of the requests are in the first bucket.
        #expect(
            try await service.evaluate("histogram_quantile(0.5, sum by (le) (rate(\(name)_bucket[5m])))")
                == #"{"resultType":"vector","result":[{"metric":{},"value":[\#(end),"0.1"]}]}"#
        )
    }

    @Test("makes quantiles of summaries")
    func summaries() async throws {
        let service = try await RunningQueryService.shared
        #expect(try await service.evaluate(#"rpc_time{quantile="0.99"}"#).contains(#""value":[\#(end),"9"]"#))
        #expect(try await service.evaluate("rpc_time_sum").contains(#""120"]"#))
    }

    @Test("ends a series at its stale marker")
    func stale() async throws {
        let service = try await RunningQueryService.shared
        #expect(try await service.evaluate("queue_fill_ratio", before: 310).contains(#""0.29"]"#))
        #expect(try await service.evaluate("queue_fill_ratio", before: 299) == #"{"resultType":"vector","result":[]}"#)
    }

    @Test("says by name what it leaves out: delta temporality, native histograms, buckets of spans")
    func refused() async throws {
        let service = try await RunningQueryService.shared
        let delta = try await service.ask("/api/v1/query", [("query", "delta_things_total"), ("time", "\(end)")])
        #expect(delta.status == 200 && delta.text.contains("delta temporality"))
        let native = try await service.ask("/api/v1/query", [("query", "native_time"), ("time", "\(end)")])
        #expect(native.status == 422 && native.text.contains("native histogram"))
        let buckets = try await service.ask("/api/v1/query", [("query", "traces_spanmetrics_latency_bucket")])
        #expect(buckets.status == 422 && buckets.text.contains("traces_spanmetrics_latency_bucket"))
        let several = try await service.ask(
            "/api/v1/query",
            [("query", #"{"http.server.request.duration"}"#), ("time", "\(end)")]
        )
        #expect(several.status == 422 && several.text.contains("http_server_request_duration_seconds_bucket"))
        let stats = try await service.ask("/api/v1/query", [("query", "1"), ("stats", "all")])
        #expect(stats.status == 400 && stats.text.contains("stats"))
        let tree = try await service.ask("/api/v1/parse_query", [("query", "1")])
        #expect(tree.status == 404 && tree.text.contains("parse_query"))
    }

    @Test("has target_info, the service graph and calls of operations, which nobody sent")
    func virtual() async throws {
        let service = try await RunningQueryService.shared
        #expect(
            try await service.evaluate("target_info")
                == #"{"resultType":"vector","result":[{"metric":{"__name__":"target_info","host_name":"h1","#
                + #""instance":"one","job":"shop"},"value":[\#(end),"1"]}]}"#
        )
        let edge = #""metric":{"client":"shop","server":"stock"}"#
        let rate = try await service.evaluate("sum by (client, server) (rate(traces_service_graph_request_total[5m]))")
        #expect(rate.contains(#"{\#(edge),"value":[\#(end),"1"]}"#))
        let failed = try await service.evaluate(
            "sum by (client, server) (increase(traces_service_graph_request_failed_total[5m]))"
        )
        #expect(failed.contains(edge) && failed.contains(#","29."#))
        let slow = try await service.evaluate(
            #"sum(rate(traces_service_graph_request_server_seconds_bucket{le="0.05"}[5m]))"#
        )
        #expect(slow.contains(#""0"]"#))
        let fast = try await service.evaluate(
            #"sum(rate(traces_service_graph_request_server_seconds_bucket{le="0.1"}[5m]))"#
        )
        #expect(fast.contains(#""1"]"#))
        let calls = try await service.ask(
            "/api/v1/series",
            [("match[]", "traces_spanmetrics_calls_total"), ("start", "\(end - 900)"), ("end", "\(end)")]
        )
        #expect(calls.text.contains(#""service":"stock","span_kind":"SPAN_KIND_SERVER","span_name":"GET /stock""#))
    }

    @Test("gives matrices at the steps that were asked for")
    func ranges() async throws {
        let service = try await RunningQueryService.shared
        let parameters = [
            ("query", #"http_server_requests_total{http_route="/a"}"#), ("start", "\(end - 60)"), ("end", "\(end)"),
            ("step", "30"),
        ]
        let expected =
            #""values":[[\#(end - 60),"540"],[\#(end - 30),"570"],[\#(end),"600"]]"#
        let byGet = try await service.ask("/api/v1/query_range", parameters)
        let byPost = try await service.ask("/prometheus/api/v1/query_range", parameters, method: .post)
        #expect(byGet.text.contains(expected) && byGet.text == byPost.text)
        let few = try await service.ask(
            "/api/v1/query",
            [("query", "http_server_requests_total"), ("time", "\(end)"), ("limit", "1")]
        )
        #expect(few.text.contains("results truncated due to limit"))
    }

    @Test("answers what Grafana asks when somebody saves, opens and browses")
    func grafana() async throws {
        let service = try await RunningQueryService.shared
        let saved = try await service.ask("/api/v1/query", [("query", "1+1"), ("time", "4")], method: .post)
        #expect(saved.text == #"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#)
        let built = try await service.ask("/api/v1/status/buildinfo")
        #expect(built.text.contains(#""version":"3."#) && !built.text.contains("features"))
        #expect(try await service.ask("/api/v1/rules").text.contains(#"{"groups":[]}"#))
        // Milliseconds where seconds belong: the year 58000.
        let probe = try await service.ask(
            "/api/v1/query_exemplars",
            [("query", "test"), ("start", "\(end * 1000)"), ("end", "\(end * 1000 + 1)")]
        )
        #expect(probe.text == #"{"status":"success","data":[]}"#)
        let names = try await service.ask("/api/v1/label/__name__/values", [("limit", "40000")])
        for name in ["http_server_requests_total", "rpc_time", "target_info", "queue_fill_ratio"] {
            #expect(names.text.contains("\"\(name)\""))
        }
        let jobs = try await service.ask("/api/v1/label/job/values")
        #expect(jobs.text == #"{"status":"success","data":["rolled","shop"]}"#)
        let routes = try await service.ask(
            "/api/v1/label/U__http__route/values",
            [("match[]", #"{__name__="http_server_requests_total"}"#)]
        )
        #expect(routes.text == #"{"status":"success","data":["/a","/b"]}"#)
        let labels = try await service.ask(
            "/api/v1/labels",
            [("match[]", "http_server_request_duration_seconds_bucket")],
            method: .post
        )
        #expect(labels.text == #"{"status":"success","data":["__name__","instance","job","le"]}"#)
        let metadata = try await service.ask("/api/v1/metadata", [("metric", "http_server_requests_total")])
        #expect(
            metadata.text == #"{"status":"success","data":{"http_server_requests_total":"#
                + #"[{"type":"counter","help":"Requests answered.","unit":""}]}}"#
        )
        let before = try await service.ask(
            "/api/v1/series",
            [("match[]", "http_server_requests_total"), ("end", "\(end - 86_400)")]
        )
        #expect(before.text == #"{"status":"success","data":[]}"#)
    }

    @Test("gives exemplars with the trace, in the bucket that they fell into")
    func exemplars() async throws {
        let service = try await RunningQueryService.shared
        let answer = try await service.ask(
            "/api/v1/query_exemplars",
            [
                ("query", "rate(http_server_request_duration_seconds_bucket[1m])"), ("start", "\(end - 15)"),
                ("end", "\(end)"),
            ]
        )
        let trace = #""labels":{"span_id":"00000000000000aa","trace_id":"000000000000000000000000000000bb"}"#
        #expect(answer.text.contains(#""le":"1"},"exemplars":[{\#(trace),"value":"0.5","timestamp":\#(end - 10)}"#))
        #expect(answer.text.contains(#""timestamp":\#(end)}]"#))
    }

    @Test("formats queries")
    func format() async throws {
        let service = try await RunningQueryService.shared
        let answer = try await service.ask("/api/v1/format_query", [("query", "sum(rate(x[5m]))by(a)")])
        #expect(answer.text == #"{"status":"success","data":"sum by (a) (rate(x[5m]))"}"#)
    }

    @Test("compresses for those who take it, and for nobody else")
    func gzip() async throws {
        let service = try await RunningQueryService.shared
        let parameters = [("query", "http_server_requests_total"), ("time", "\(end)")]
        let plain = try await service.ask("/api/v1/query", parameters, headers: [.acceptEncoding: "gzip;q=0, br"])
        let packed = try await service.ask("/api/v1/query", parameters, headers: [.acceptEncoding: "deflate, gzip"])
        #expect(plain.head.headerFields[.contentEncoding] == nil)
        #expect(packed.head.headerFields[.contentEncoding] == "gzip")
        #expect(plain.text == packed.text)
    }
}
