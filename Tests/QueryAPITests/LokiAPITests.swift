import EmbeddedClickHouse
import Foundation
import HTTPTypes
import Testing

@testable import QueryAPI

@Suite(
    "Loki's API over the log table",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct LokiAPITests {
    private let loki = LokiClient()
    private let end = RunningQueryService.end

    @Test("lists labels, and the values of each")
    func labels() async throws {
        let labels = try await loki.ask("/labels", loki.whole)
        #expect(
            labels.text
                == #"{"status":"success","data":["deployment_environment_name","k8s_pod_name","service_name","service_namespace"]}"#
        )
        #expect(try await loki.ask("/label", loki.whole).text == labels.text)
        let some = try await loki.ask("/labels", loki.whole + [("query", #"{service_name="worker"}"#)])
        #expect(some.text == #"{"status":"success","data":["deployment_environment_name","service_name"]}"#)
        let services = try await loki.ask("/label/service_name/values", loki.whole)
        #expect(services.text == #"{"status":"success","data":["gateway","pay","unknown_service","worker"]}"#)
        let pods = try await loki.ask("/label/k8s_pod_name/values", loki.whole + [("query", #"{service_name=~"g.+"}"#)])
        #expect(pods.text == #"{"status":"success","data":["gw-0","gw-1"]}"#)
        // Metadata is not a label of streams.
        for name in ["trace_id", "http_route", "nobody"] {
            #expect(try await loki.ask("/label/\(name)/values", loki.whole).text == #"{"status":"success","data":[]}"#)
        }
        let before = try await loki.ask("/labels", [("start", "1"), ("end", "2")])
        #expect(before.text == #"{"status":"success","data":[]}"#)
    }

    @Test("lists series, by GET and by POST")
    func series() async throws {
        let worker = #"{"deployment_environment_name":"test","service_name":"worker"}"#
        let one = try await loki.ask("/series", loki.whole + [("match[]", #"{service_name="worker"}"#)])
        #expect(one.text == #"{"status":"success","data":[\#(worker)]}"#)
        let all = try await loki.ask("/series", loki.whole + [("match[]", "{}")], method: .post)
        #expect(all.text.contains(worker) && all.text.contains(#""k8s_pod_name":"gw-1""#))
        #expect(all.text.contains(#"{"service_name":"unknown_service"}"#))
        let two = try await loki.ask(
            "/series",
            loki.whole + [
                ("match[]", #"{k8s_pod_name="gw-0"}"#), ("match[]", #"{deployment_environment_name="test"}"#),
            ]
        )
        // Each selector has one.
        #expect(two.text.contains(worker) && two.text.contains(#""k8s_pod_name":"gw-0""#))
        #expect(two.text.components(separatedBy: #""service_name""#).count == 3)
    }

    @Test("counts streams, lines and bytes of a selector")
    func statistics() async throws {
        let answer = try await loki.ask("/index/stats", loki.whole + [("query", #"{service_name="gateway"}"#)])
        let bytes = try await RunningQueryService.shared.clickHouse.query(
            "SELECT sum(length(Body)) FROM otel_logs WHERE ServiceName = 'gateway'"
        ).filter(\.isNumber)
        #expect(answer.text.hasPrefix(#"{"streams":2,"chunks":"#))
        #expect(answer.text.hasSuffix(#","bytes":\#(bytes),"entries":120}"#), "\(answer.text)")
    }

    @Test("gives the volume of labels, at once and by steps")
    func volume() async throws {
        let service = try await RunningQueryService.shared
        let query = loki.whole + [("query", #"{service_name=~"gateway|worker"}"#)]
        let bytes = try await service.clickHouse.query(
            "SELECT sum(length(Body)) FROM otel_logs WHERE ServiceName IN ('gateway', 'worker') GROUP BY ServiceName "
                + "ORDER BY ServiceName"
        ).split(separator: "\n")
        let all = try await loki.ask("/index/volume", query)
        #expect(
            all.text == #"{"status":"success","data":{"resultType":"vector","result":["#
                + #"{"metric":{"service_name":"gateway"},"value":[\#(end),"\#(bytes[0])"]},"#
                + #"{"metric":{"service_name":"worker"},"value":[\#(end),"\#(bytes[1])"]}],"stats":{}}}"#
        )
        let pods = try await loki.ask("/index/volume", query + [("targetLabels", "k8s_pod_name"), ("limit", "1")])
        #expect(pods.text.contains("gw-") && !pods.text.contains("worker"))
        #expect(pods.text.components(separatedBy: #""metric""#).count == 2)
        let labels = try await loki.ask("/index/volume", query + [("aggregateBy", "labels")])
        #expect(labels.text.contains(#"{"metric":{"service_name":""},"value":["#))
        let steps = try await loki.ask(
            "/index/volume_range",
            query + [("step", "300s"), ("targetLabels", "service_name")]
        )
        let result = try #require(try loki.data(steps)["result"] as? [[String: Any]])
        let values = try #require(result.first?["values"] as? [[Any]])
        #expect(values.count == 2)
        #expect(values.reduce(0) { $0 + (Int($1[1] as? String ?? "") ?? 0) } == Int(bytes[0]))
    }

    @Test("lists fields of lines, their values, and labels that are worth a look")
    func fields() async throws {
        let answer = try await loki.ask("/detected_fields", loki.whole + [("query", #"{service_name="worker"}"#)])
        for part in [
            #"{"label":"detected_level","type":"string","cardinality":1,"parsers":null}"#,
            #"{"label":"event_name","type":"string","cardinality":1,"parsers":null}"#,
            #"{"label":"job","type":"string","cardinality":4,"parsers":["json"],"jsonPath":["job"]}"#,
            #"{"label":"ms","type":"int","cardinality":60,"parsers":["json"],"jsonPath":["ms"]}"#,
            #"{"label":"nested_ok","type":"boolean","cardinality":2,"parsers":["json"],"jsonPath":["nested","ok"]}"#,
            #"],"limit":1000}"#,
        ] {
            #expect(answer.text.contains(part), "\(part): \(answer.text)")
        }
        let logfmt = try await loki.ask(
            "/detected_fields",
            loki.whole + [("query", #"{service_name="gateway"} | logfmt"#)]
        )
        for part in [
            #"{"label":"took","type":"duration","cardinality":100,"parsers":["logfmt"]}"#,
            #"{"label":"size","type":"bytes","cardinality":100,"parsers":["logfmt"]}"#,
            #"{"label":"http_route","type":"string","cardinality":3,"parsers":null}"#,
            #"{"label":"service_name_extracted","type":"string","cardinality":1,"parsers":null}"#,
        ] {
            #expect(logfmt.text.contains(part), "\(part): \(logfmt.text)")
        }
        let values = try await loki.ask(
            "/detected_field/job/values",
            loki.whole + [("query", #"{service_name="worker"}"#)]
        )
        #expect(values.text == #"{"values":["j0","j1","j2","j3"],"limit":1000}"#)
        let few = try await loki.ask(
            "/detected_fields",
            loki.whole + [("query", #"{service_name="worker"}"#), ("line_limit", "1"), ("limit", "1")]
        )
        #expect(few.text.components(separatedBy: #""label""#).count == 2 && few.text.hasSuffix(#""limit":1}"#))
        let labels = try await loki.ask("/detected_labels", loki.whole)
        #expect(labels.text.hasPrefix(#"{"detectedLabels":[{"label":"deployment_environment_name","cardinality":2},"#))
        #expect(labels.text.contains(#"{"label":"service_name","cardinality":4}"#))
    }

    @Test("finds the kinds of lines, and `|>` finds the lines of a kind")
    func patterns() async throws {
        let answer = try await loki.ask(
            "/patterns",
            loki.whole + [("query", #"{service_name="gateway"}"#), ("step", "600s")]
        )
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        let patterns = try #require(object?["data"] as? [[String: Any]], "\(answer.text)")
        let texts = patterns.compactMap { $0["pattern"] as? String }
        #expect(texts.contains("level=info method=GET path=/p<_> status=<_> took=<_>ms size=<_>B peer=<_>"))
        let counts = patterns.compactMap { $0["samples"] as? [[Int]] }.flatMap { $0 }.map { $0[1] }
        #expect(counts.reduce(0, +) == 120)
        for pattern in texts {
            let query = "{service_name=\"gateway\"} |> `\(pattern)`"
            let found = try await loki.ask("/query_range", loki.whole + [("query", query), ("limit", "5000")])
            #expect(try !loki.lines(found).isEmpty, "\(pattern)")
        }
    }
}
