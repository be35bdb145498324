import EmbeddedClickHouse
import Foundation
import HTTPCore
import HTTPTypes
import ServiceKit
import Testing
import TextCoding

@testable import QueryAPI

@Suite(
    "The service's own API",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct RESTAPITests {
    private let end = RunningQueryService.end
    private var times: String {
        #""start_time":"\#(RFC3339.text((end - 600) * 1_000))","end_time":"\#(RFC3339.text(end * 1_000))""#
    }

    private func post(_ path: String, _ members: String) async throws -> RunningQueryService.Answer {
        try await RunningQueryService.shared.send(path, body: "{\(members)}")
    }

    /// The values of the only series of an answer about a metric.
    private func values(_ members: String) async throws -> [Double] {
        let answer = try await post("/api/v1/metrics", members + "," + times)
        #expect(answer.status == 200, "\(answer.text)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        let series = try #require(object?["series"] as? [[String: Any]])
        #expect(series.count == 1, "\(answer.text)")
        return (series.first?["points"] as? [[String: Any]] ?? []).compactMap { $0["value"] as? Double }
    }

    @Test("finds traces by service, operation, status, duration and attributes")
    func traces() async throws {
        let answer = try await post("/api/v1/traces", #""service_name":"pay","status":"error","# + times)
        #expect(
            answer.text == #"{"count":1,"traces":[{"trace_id":"\#(SampleTraces.checkout)","root_service":"cart","#
                + #""root_operation":"POST /checkout","start_time":"\#(RFC3339.text((end - 60) * 1_000))","#
                + #""duration_ms":1500,"span_count":3,"error_count":2,"services":["#
                + #"{"service_name":"cart","span_count":2,"error_count":1},"#
                + #"{"service_name":"pay","span_count":1,"error_count":1}]}]}"#
        )
        for (members, count) in [
            (#""operation_name":"POST /pay""#, 1), (#""min_duration_ms":1501"#, 0),
            (#""attributes":{"user.tier":"gold","host.name":"h2"}"#, 1), (#""attributes":{"user.tier":"none"}"#, 0),
            (#""service_name":"stock","limit":7"#, 7), (#""service_name":"'; DROP TABLE otel_traces; --""#, 0),
        ] {
            let answer = try await post("/api/v1/traces", members + "," + times)
            #expect(answer.text.hasPrefix("{\"count\":\(count),"), "\(members): \(answer.text)")
        }
    }

    @Test("aggregates metrics by what they are")
    func metrics() async throws {
        let counter = #""metric_name":"http.server.requests","service_name":"shop","step_seconds":60,"#
        #expect(try await values(counter + #""aggregation":"rate""#).last == 2)
        #expect(try await values(counter + #""aggregation":"avg""#).last == 1)
        #expect(try await values(counter + #""aggregation":"sum""#).last == 120)
        let histogram = #""metric_name":"http_server_request_duration_seconds","step_seconds":120,"#
        #expect(try await values(histogram + #""aggregation":"avg""#).last == 0.25)
        #expect(try await values(histogram + #""aggregation":"p50""#).last == 0.1)
        let gauge = #""metric_name":"queue.fill","step_seconds":60,"aggregation":"#
        #expect(try await values(gauge + #""max""#).first == 0)
        #expect(try await values(gauge + #""p50""#).isEmpty == false)
        let grouped = try await post(
            "/api/v1/metrics",
            counter + #""aggregation":"rate","group_by":["http_route"],"# + times
        )
        #expect(grouped.text.contains(#"{"labels":{"http_route":"/a"}"#))
        #expect(grouped.text.contains(#"{"labels":{"http_route":"/b"}"#))
        #expect(grouped.text.contains(#""kind":"counter","unit":"{request}","aggregation":"rate","step_seconds":60"#))
        let nobody = try await post(
            "/api/v1/metrics",
            #""metric_name":"queue.fill","service_name":"a\"b\\c.*|d","# + times
        )
        #expect(nobody.status == 200 && nobody.text.hasSuffix(#""series":[]}"#), "\(nobody.text)")
    }

    @Test("finds log records by service, severity, text and trace, newest first")
    func logs() async throws {
        let service = #""service_name":"pay","# + times
        let all = try await post("/api/v1/logs", service)
        let start = end - 60
        #expect(
            all.text == #"{"count":2,"logs":[{"timestamp":"\#(RFC3339.text((start + 1) * 1_000))","#
                + #""time_unix_nano":"\#(start + 1)000000000","service_name":"pay","severity":"ERROR","#
                + #""severity_number":17,"body":"card \"visa\" was refused","trace_id":"\#(SampleTraces.checkout)","#
                + #""span_id":"a000000000000003","attributes":{"code":"51"},"resource":{"service.name":"pay"}},"#
                + #"{"timestamp":"\#(RFC3339.text(start * 1_000))","time_unix_nano":"\#(start)000000000","#
                + #""service_name":"pay","severity":"warning","severity_number":0,"body":"card is slow","trace_id":"","#
                + #""span_id":"","attributes":{},"resource":{}}]}"#
        )
        for (members, count) in [
            (#""severity":"ERROR","#, 1), (#""severity":"warn","#, 1), (#""search":"VISA","#, 1), (#""limit":1,"#, 1),
            (#""trace_id":"c0ffee0000000001","#, 1), (#""severity":"INFO","#, 0), (#""search":"' OR 1=1 --","#, 0),
        ] {
            let answer = try await post("/api/v1/logs", members + service)
            #expect(answer.text.hasPrefix("{\"count\":\(count),"), "\(members): \(answer.text)")
        }
    }

    @Test("says what each service did")
    func statistics() async throws {
        let service = try await RunningQueryService.shared
        let answer = try await service.ask("/api/v1/services/stats")
        #expect(answer.text.contains(#""source":"rollup of 5 minutes""#))
        #expect(
            answer.text.contains(
                #"{"service_name":"stock","span_count":601,"span_error_count":61,"operation_count":1,"#
                    + #""request_count":601,"error_count":61,"#
            ),
            "\(answer.text)"
        )
        #expect(
            answer.text.contains(
                #""p50_duration_ms":80,"p95_duration_ms":80,"p99_duration_ms":80,"max_duration_ms":80}"#
            )
        )
        // A service that nobody asks has no error rate.
        #expect(answer.text.contains(#""request_count":0,"error_count":0,"error_rate":null,"avg_duration_ms":null"#))
        let long = try await service.ask(
            "/api/v1/services/stats",
            [("start_time", RFC3339.text((end - 864_000) * 1_000))]
        )
        #expect(long.text.contains(#""source":"rollup of 1 hour""#) && long.text.contains(#""span_count":601"#))
        let none = try await service.ask("/api/v1/services/stats", [("end_time", "2001-01-01T00:00:00Z")])
        #expect(none.text.hasSuffix(#""services":[]}"#))
    }

    @Test("refuses by the member's name, as a problem")
    func refusals() async throws {
        for (path, members, part) in [
            ("traces", #""limit":0"#, "limit"), ("traces", #""limit":"all""#, "limit"),
            ("traces", #""limt":1"#, "limt"),
            ("traces", #""start_time":"yesterday""#, "start_time"), ("traces", #""status":"bad""#, "status"),
            ("traces", #""attributes":["a"]"#, "attributes"),
            ("traces", #""start_time":"2026-01-02T00:00:00Z","end_time":"2026-01-01T00:00:00Z""#, "start_time"),
            ("metrics", #""aggregation":"avg""#, "metric_name"),
            ("metrics", #""metric_name":"x","aggregation":"p12""#, "aggregation"),
            ("metrics", #""metric_name":"x","group_by":["a b"]"#, "group_by"),
            ("metrics", #""metric_name":"queue.fill","aggregation":"rate","# + times, "rate"),
            ("metrics", #""metric_name":"http.server.request.duration","aggregation":"min","# + times, "min"),
            ("logs", #""severity":"LOUD""#, "severity"), ("logs", #""trace_id":"xyz""#, "trace_id"),
        ] {
            let answer = try await post("/api/v1/" + path, members)
            #expect(answer.status == 400, "\(members): \(answer.text)")
            #expect(answer.head.headerFields[.contentType] == "application/problem+json")
            #expect(answer.text.contains(part) && answer.text.contains(#""detail":"#), "\(answer.text)")
        }
        let service = try await RunningQueryService.shared
        #expect(try await service.send("/api/v1/logs", body: "[").status == 400)
        #expect(try await service.send("/api/v1/logs", body: "[]").status == 400)
        #expect(try await post("/api/v1/metrics", #""metric_name":"nothing""#).status == 404)
        #expect(try await service.ask("/api/v1/services/stats", [("start_time", "1")]).status == 400)
    }
}
