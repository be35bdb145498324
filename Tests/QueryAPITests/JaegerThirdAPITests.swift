import EmbeddedClickHouse
import Foundation
import HTTPCore
import Testing
import TextCoding

@testable import QueryAPI

@Suite(
    "Jaeger's third JSON API",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct JaegerThirdAPITests {
    private let times = [
        ("query.startTimeMin", RFC3339.text((RunningQueryService.end - 3_600) * 1_000)),
        ("query.startTimeMax", RFC3339.text((RunningQueryService.end + 60) * 1_000)),
    ]

    private func ask(_ path: String, _ parameters: [(String, String)] = []) async throws -> RunningQueryService.Answer {
        try await RunningQueryService.shared.ask(path, parameters)
    }

    @Test("lists services and operations, each with a kind")
    func services() async throws {
        let services = try await ask("/api/v3/services")
        #expect(services.text == #"{"services":["cart","pay","shop","stock","team/batch"]}"#)
        let operations = try await ask("/jaeger/api/v3/operations", [("service", "team/batch")])
        #expect(operations.text == #"{"operations":[{"name":"run","spanKind":"internal"}]}"#)
    }

    @Test("sums traces up")
    func summaries() async throws {
        let start = (RunningQueryService.end - 60) * 1_000_000_000
        let answer = try await ask("/api/v3/trace-summaries", times + [("query.serviceName", "pay")])
        #expect(
            answer.text == #"{"summaries":[{"traceId":"\#(SampleTraces.checkout)","rootServiceName":"cart","#
                + #""rootOperationName":"POST /checkout","minStartTimeUnixNano":"\#(start)","#
                + #""maxEndTimeUnixNano":"\#(start + 1_500_000_000)","spanCount":3,"errorSpanCount":2,"#
                + #""orphanSpanCount":0,"services":[{"name":"cart","spanCount":2,"errorSpanCount":1},"#
                + #"{"name":"pay","spanCount":1,"errorSpanCount":1}]}]}"#
        )
        let none = try await ask("/api/v3/trace-summaries", times + [("query.service_name", "nobody")])
        #expect(none.status == 200 && none.text == "{}")
        let limited = try await ask("/api/v3/trace-summaries", times + [("query.searchDepth", "2")])
        #expect(limited.text.components(separatedBy: "traceId").count == 3)
    }

    @Test("answers traces as OTLP")
    func traces() async throws {
        let byID = try await ask("/api/v3/traces/c0ffee0000000001")
        #expect(byID.text.hasPrefix(#"{"result":{"resourceSpans":[{"resource":{"attributes":[{"key":"host.name","#))
        for part in [
            #""traceId":"0000000000000000c0ffee0000000001","spanId":"a000000000000001","traceState":"vendor=1""#,
            #""kind":2"#, #"{"key":"http.response.status_code","value":{"intValue":"504"}}"#,
            #""status":{"message":"took too long","code":2}"#, #""name":"exception""#,
        ] {
            #expect(byID.text.contains(part), "\(part)\n\(byID.text)")
        }
        let found = try await ask(
            "/api/v3/traces",
            times + [
                ("query.serviceName", "cart"), ("query.operationName", "POST"), ("query.durationMin", "900ms"),
                ("query.durationMax", "0.9s"), ("query.attributes", #"{"url.path":"/pay"}"#),
            ]
        )
        #expect(found.text == byID.text)
        let missing = try await ask("/api/v3/traces/abc")
        #expect(missing.status == 404)
        #expect(missing.text == #"{"error":{"httpCode":404,"message":"No traces found"}}"#)
        #expect(try await ask("/api/v3/traces", times + [("query.serviceName", "nobody")]).status == 404)
    }

    @Test("refuses what it cannot use by the parameter's name, in its form")
    func refusals() async throws {
        for (parameters, name) in [
            ([], "startTimeMin"), (times + [("query.filter", "{}")], "query.filter"),
            (times + [("query.searchDepth", "-1")], "query.searchDepth"),
            (times + [("query.attributes", "[]")], "query.attributes"),
            (times + [("query.durationMin", "x")], "query.durationMin"),
            (times + [("query.rawTraces", "x")], "query.rawTraces"),
            ([("query.startTimeMin", "1"), ("query.startTimeMax", "2")], "query.startTimeMin"),
            ([(times[0].0, times[1].1), (times[1].0, times[0].1)], "before"),
        ] {
            let answer = try await ask("/api/v3/traces", parameters)
            #expect(answer.status == 400, "\(parameters): \(answer.text)")
            #expect(answer.text.hasPrefix(#"{"error":{"httpCode":400,"message":""#) && answer.text.contains(name))
        }
        #expect(try await ask("/api/v3/traces/xyz").status == 400)
        #expect(try await ask("/api/v3/traces/abc?startTime=x").status == 400)
        #expect(try await ask("/api/v3/operations").status == 400)
    }
}
