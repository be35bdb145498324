import EmbeddedClickHouse
import Foundation
import Testing

@testable import QueryAPI

/// Numbers of LogQL beside what plain SQL gives for the same.
@Suite(
    "Loki's numbers",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct LokiNumbersTests {
    private let end = RunningQueryService.end

    /// The values of an answer by their labels, joined.
    private func values(_ query: String) async throws -> [String: Double] {
        let answer = try await RunningQueryService.shared.ask(
            "/loki/api/v1/query",
            [("query", query), ("time", "\(end)000000000")]
        )
        #expect(answer.status == 200, "\(query): \(answer.text)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
        let result = try #require((object?["data"] as? [String: Any])?["result"] as? [[String: Any]])
        var values: [String: Double] = [:]
        for each in result {
            let labels = try #require(each["metric"] as? [String: String])
            let value = try #require((each["value"] as? [Any])?[1] as? String)
            values[labels.sorted { $0.key < $1.key }.map(\.value).joined(separator: "|")] = Double(value)
        }
        return values
    }

    private static let logfmt = "extractKeyValuePairs(Body, '=', ' ')"

    @Test(
        "are those of SQL",
        arguments: [
            (
                "sum(count_over_time({service_name=\"gateway\"}[10m]))",
                "SELECT '', count() FROM logs WHERE ServiceName = 'gateway'"
            ),
            (
                "sum by (service_name, detected_level) (count_over_time({service_name=~\"gateway|worker\"}[5m]))",
                "SELECT concat(lower(SeverityText), '|', ServiceName), count() FROM logs WHERE ServiceName IN ('gateway', 'worker') "
                    + "AND Timestamp > ends - 300 GROUP BY 1"
            ),
            (
                "sum by (k8s_pod_name) (rate({service_name=\"gateway\"} |= \"status=500\" [10m]))",
                "SELECT ResourceAttributes['k8s.pod.name'], count() / 600 FROM logs WHERE ServiceName = 'gateway' "
                    + "AND Body LIKE '%status=500%' GROUP BY 1"
            ),
            (
                "sum by (http_route) (bytes_over_time({service_name=\"gateway\"} !~ \"took=1.*\" [10m]))",
                "SELECT LogAttributes['http.route'], sum(length(Body)) FROM logs WHERE ServiceName = 'gateway' "
                    + "AND NOT match(Body, 'took=1') GROUP BY 1"
            ),
            (
                "sum by (user_id, host_name, nobody) (bytes_rate({service_name=\"gateway\"}[10m]))",
                "SELECT concat(ResourceAttributes['host.name'], '|', LogAttributes['user.id']), sum(length(Body)) / 600 FROM logs "
                    + "WHERE ServiceName = 'gateway' GROUP BY 1"
            ),
            (
                "sum by (scope_name, severity_number) (count_over_time({service_name=\"gateway\"} | trace_id!=\"\" [10m]))",
                "SELECT concat(ScopeName, '|', toString(SeverityNumber)), count() FROM logs WHERE ServiceName = 'gateway' "
                    + "AND TraceId != '' GROUP BY 1"
            ),
            (
                "sum(count_over_time({service_name=\"gateway\"}[1m] offset 3m))",
                "SELECT '', count() FROM logs WHERE ServiceName = 'gateway' AND Timestamp > ends - 240 AND Timestamp <= ends - 180"
            ),
            (
                "sum by (status, path) (count_over_time({service_name=\"gateway\"} | logfmt [10m]))",
                "SELECT concat(\(logfmt)['path'], '|', \(logfmt)['status']), count() FROM logs WHERE ServiceName = 'gateway' GROUP BY 1"
            ),
            (
                "max_over_time({service_name=\"gateway\"} | logfmt | unwrap duration(took) [10m]) by (path)",
                "SELECT \(logfmt)['path'], max(toUInt32(extract(Body, 'took=(\\\\d+)'))) / 1000 FROM logs "
                    + "WHERE ServiceName = 'gateway' GROUP BY 1"
            ),
            (
                "avg_over_time({service_name=\"gateway\"} | logfmt | unwrap bytes(size) [10m]) by (level)",
                "SELECT \(logfmt)['level'], avg(toUInt32(extract(Body, 'size=(\\\\d+)'))) FROM logs "
                    + "WHERE ServiceName = 'gateway' GROUP BY 1"
            ),
            (
                "sum by (job) (sum_over_time({service_name=\"worker\"} | json | unwrap ms [10m]))",
                "SELECT JSONExtractString(Body, 'job'), sum(JSONExtractInt(Body, 'ms')) FROM logs WHERE ServiceName = 'worker' GROUP BY 1"
            ),
            (
                "quantile_over_time(0.9, {service_name=\"worker\"} | json | unwrap ms [10m]) by (job)",
                "SELECT JSONExtractString(Body, 'job'), quantileExactInclusive(0.9)(JSONExtractInt(Body, 'ms')) FROM logs "
                    + "WHERE ServiceName = 'worker' GROUP BY 1"
            ),
            (
                "stddev_over_time({service_name=\"worker\"} | json | unwrap ms [10m]) by (nested_ok)",
                "SELECT JSONExtractRaw(Body, 'nested', 'ok'), stddevPop(JSONExtractInt(Body, 'ms')) FROM logs "
                    + "WHERE ServiceName = 'worker' GROUP BY 1"
            ),
            (
                "topk(1, sum by (path) (count_over_time({service_name=\"gateway\"} | pattern \"<_>path=<path> <_>\" |= \"error\" [7m])))",
                "SELECT \(logfmt)['path'], count() FROM logs WHERE ServiceName = 'gateway' AND Body LIKE '%error%' "
                    + "AND Timestamp > ends - 420 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
            ),
            (
                "sum(count_over_time({service_name=\"gateway\"} |= \"error\" [10m])) / sum(count_over_time({service_name=\"gateway\"}[10m]))",
                "SELECT '', countIf(Body LIKE '%error%') / count() FROM logs WHERE ServiceName = 'gateway'"
            ),
        ]
    )
    func sql(_ query: String, _ statement: String) async throws {
        let text = try await RunningQueryService.shared.clickHouse.query(
            "WITH logs AS (SELECT *, toDateTime(\(end)) AS ends FROM otel_logs WHERE Timestamp > toDateTime(\(end) - 600) "
                + "AND Timestamp <= toDateTime(\(end)) AND ServiceName IN ('gateway', 'worker')) \(statement) FORMAT TabSeparated"
        )
        var expected: [String: Double] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false)
            expected[String(words[0])] = Double(words[1])
        }
        let given = try await values(query)
        #expect(Set(given.keys) == Set(expected.keys), "\(query): \(given) and \(expected)")
        for (labels, value) in expected {
            let other = given[labels] ?? .nan
            #expect(
                (value - other).magnitude <= 1e-9 * max(1, value.magnitude),
                "\(query): \(labels) \(value) \(other)"
            )
        }
    }

    @Test(
        "are the same whether ClickHouse counts or this service does",
        arguments: [
            "sum by (service_name) (count_over_time({service_name=~\".+\"} FILTER [2m]))",
            "sum(rate({service_name=\"gateway\"} |= \"GET\" FILTER [90s]))",
            "sum by (http_route, k8s_pod_name) (bytes_over_time({service_name=\"gateway\"} | user_id=~\"u[1-3]\" FILTER [1m]))",
            "sum by (detected_level) (count_over_time({service_name=~\"unknown_service|worker\"} FILTER [10m]))",
            "sum without (detected_level, severity_text) (count_over_time({service_name=\"worker\"} | keep service_name FILTER [5m]))",
            "absent_over_time({service_name=\"nobody\"} FILTER [1m])",
        ]
    )
    func bothWays(_ query: String) async throws {
        var texts: [String] = []
        for filter in ["", "| label_format unused=`x` | drop unused"] {
            let answer = try await RunningQueryService.shared.ask(
                "/loki/api/v1/query_range",
                [
                    ("query", query.replacing("FILTER", with: filter)), ("start", "\(end - 600)"), ("end", "\(end)"),
                    ("step", "37"),
                ]
            )
            #expect(answer.status == 200)
            texts.append(answer.text.components(separatedBy: #","stats":"#)[0])
        }
        #expect(texts[0] == texts[1] && texts[0].contains("values"), "\(texts)")
    }
}
