import EmbeddedClickHouse
import Foundation
import PromQL
import Testing
import TextCoding

@testable import QueryAPI

@Suite(
    "Answers from rollups",
    .enabled(if: EmbeddedClickHouse.isAvailable, "No embedded ClickHouse: run ./demo test."),
    .timeLimit(.minutes(5))
)
struct RollupTests {
    private let start = RolledTelemetry.start
    private let end = RolledTelemetry.end

    /// What an answer of Prometheus' API says: values by labels and time.
    private struct Matrix: Decodable {
        struct Series: Decodable {
            let metric: [String: String]
            let values: [[Sample]]?
            let value: [Sample]?
        }

        struct Sample: Decodable {
            let text: String

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let number = try? container.decode(Double.self) {
                    text = "\(Int(number))"
                } else {
                    text = try container.decode(String.self)
                }
            }
        }

        struct Result: Decodable {
            let result: [Series]
        }

        let data: Result
        let infos: [String]?
        let warnings: [String]?

        var samples: [[String: String]: [String: Double]] {
            var samples: [[String: String]: [String: Double]] = [:]
            for series in data.result {
                for pair in series.values ?? [series.value ?? []] where pair.count == 2 {
                    samples[series.metric, default: [:]][pair[0].text] = Double(pair[1].text) ?? .nan
                }
            }
            return samples
        }
    }

    private func range(
        _ query: String,
        from: Int64,
        step: Int64,
        _ service: RunningQueryService
    ) async throws -> Matrix {
        let answer = try await service.ask(
            "/api/v1/query_range",
            [("query", query), ("start", "\(from)"), ("end", "\(end)"), ("step", "\(step)")]
        )
        #expect(answer.status == 200, "\(query): \(answer.text)")
        return try JSONDecoder().decode(Matrix.self, from: Data(answer.text.utf8))
    }

    private func instant(_ query: String, at time: Int64, _ service: RunningQueryService) async throws -> Matrix {
        let answer = try await service.ask("/api/v1/query", [("query", query), ("time", "\(time)")])
        #expect(answer.status == 200, "\(query): \(answer.text)")
        return try JSONDecoder().decode(Matrix.self, from: Data(answer.text.utf8))
    }

    static let expressions = [
        "rolled_work_total", #"rate(rolled_work_total{series="regular"}[WINDOW])"#,
        "increase(rolled_work_total[WINDOW])",
        "sum(rate(rolled_work_total[WINDOW]))", "count_over_time(rolled_work_total[WINDOW])", "rolled_level",
        "timestamp(rolled_level)", "delta(rolled_level[WINDOW])", "avg_over_time(rolled_level[WINDOW])",
        "sum_over_time(rolled_level[WINDOW])", "min_over_time(rolled_level[WINDOW])",
        "max_over_time(rolled_level[WINDOW])", "count_over_time(rolled_level[WINDOW])",
        "last_over_time(rolled_level[WINDOW])", "present_over_time(rolled_level[WINDOW])",
        "rate(rolled_level[WINDOW] offset 1h)", "rolled_time_count", "rate(rolled_time_sum[WINDOW])",
        "histogram_quantile(0.9, sum by (le) (rate(rolled_time_bucket[WINDOW])))",
        "increase(rolled_time_bucket[WINDOW])",
        "sum by (series) (increase(rolled_work_total[WINDOW] offset 5h))",
    ]

    @Test(
        "are what the points say where steps and ranges fit, and name their rollup",
        arguments: expressions,
        [("1h", Int64(4) * 3_600, "rollup of 1 hour"), ("75m", Int64(9_000), "rollup of 5 minutes")]
    )
    func agreement(expression: String, grid: (window: String, step: Int64, source: String)) async throws {
        let service = try await RunningQueryService.shared
        let query = expression.replacing("WINDOW", with: grid.window)
        let rolled = try await range(query, from: start, step: grid.step, service)
        // A gauge's rate needs all points, and so they are read.
        let isRolled = !query.hasPrefix("rate(rolled_level")
        #expect(rolled.infos?.contains { $0.hasPrefix("read from the \(grid.source): rolled_") } ?? false == isRolled)
        #expect(rolled.warnings == nil)
        let found = rolled.samples
        #expect(!found.isEmpty)
        for time in stride(from: start, through: end, by: Int(grid.step)) {
            // What is asked of one moment is answered from points.
            let points = try await instant(query, at: time, service)
            #expect(points.infos?.contains { $0.hasPrefix("read from") } ?? false == false)
            let expected = points.samples
            for (labels, values) in expected {
                let value = values["\(time)"] ?? .nan
                let given = found[labels]?["\(time)"]
                #expect(given.map { Self.equal($0, value) } ?? false, "\(labels) at \(time): \(given ?? -1), \(value)")
            }
            let times = found.filter { $0.value["\(time)"] != nil }
            #expect(times.count == expected.count, "at \(time)")
        }
    }

    private static func equal(_ one: Double, _ other: Double) -> Bool {
        one == other || one.isNaN && other.isNaN || abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    }

    @Test("are left to the points where steps do not fit, or the span is short, or the function needs them")
    func points() async throws {
        let service = try await RunningQueryService.shared
        for (query, from, step) in [
            ("rate(rolled_work_total[1h])", start + 7, Int64(3_600)), ("rate(rolled_work_total[1h])", start, 3_607),
            ("rate(rolled_work_total[61m])", start, 3_600), ("rate(rolled_work_total[1h])", end - 86_400, 3_600),
            ("quantile_over_time(0.5, rolled_level[1h])", start, 3_600), ("irate(rolled_work_total[1h])", start, 3_600),
        ] {
            let answer = try await range(query, from: from, step: step, service)
            #expect(!answer.samples.isEmpty, "\(query)")
            #expect(answer.infos?.contains { $0.hasPrefix("read from") } ?? false == false, "\(query)")
        }
    }

    @Test("say so where the points are gone, and what is then only near or missing")
    func pointsAreGone() async throws {
        let service = try await RunningQueryService.shared
        try await service.with(["QUERY_POINT_DAYS": "1"]) { service in
            let near = try await range("rate(rolled_work_total[1h])", from: start + 7, step: 3_607, service)
            #expect(near.infos?.contains { $0.contains("rollup of 5 minutes: rolled_work_total") } == true)
            #expect(near.warnings?.contains { $0.contains("points of this time are gone") } == true)
            let missing = try await range(
                "quantile_over_time(0.5, rolled_level[1h])",
                from: start,
                step: 3_600,
                service
            )
            #expect(missing.warnings?.contains { $0.contains("points are kept for 1 days") } == true)
            let exact = try await range("rate(rolled_work_total[1h])", from: start, step: 3_600, service)
            #expect(exact.warnings == nil)
        }
    }

    @Test("of Loki's counts are those of the records, and its statistics say which were read")
    func logs() async throws {
        let service = try await RunningQueryService.shared
        let query = #"sum by (service_name, detected_level) (count_over_time({service_name="rolled"}[1h]))"#
        let parameters = [("query", query), ("start", "\(start)"), ("end", "\(end)"), ("step", "3600")]
        let rolled = try await service.ask("/loki/api/v1/query_range", parameters)
        #expect(rolled.text.contains(#""source":"rollup of 1 hour""#), "\(rolled.text.suffix(300))")
        let samples = try JSONDecoder().decode(Matrix.self, from: Data(rolled.text.utf8)).samples
        #expect(samples.count == 2)
        for time in stride(from: start + 3_600, through: end, by: 4 * 3_600) {
            let counted = try await service.ask("/loki/api/v1/query", [("query", query), ("time", "\(time)")])
            #expect(counted.text.contains(#""source":"records""#))
            for (labels, values) in try JSONDecoder().decode(Matrix.self, from: Data(counted.text.utf8)).samples {
                #expect(samples[labels]?["\(time)"] == values["\(time)"], "\(labels) at \(time)")
            }
        }
        let bytes = #"sum by (service_name) (bytes_over_time({service_name="rolled"}[5m]))"#
        let volume = [("query", bytes), ("start", "\(start)"), ("end", "\(end)"), ("step", "300")]
        let answer = try await service.ask("/loki/api/v1/query_range", volume)
        #expect(answer.text.contains(#""source":"rollup of 5 minutes""#))
        // What the rollups do not know has the records counted.
        let filtered = [("query", query.replacing("[1h]", with: #" |= "7"[1h]"#))] + parameters.dropFirst()
        #expect(try await service.ask("/loki/api/v1/query_range", filtered).text.contains(#""source":"records""#))
    }

    @Test(
        "of Loki's streams are what the records say, wherever a span begins and ends",
        arguments: [(Int64(0), Int64(0)), (7_000_000_217, -13), (-1, 217_000_000), (299_999_999_999, 1)]
    )
    func streams(shift: (from: Int64, through: Int64)) async throws {
        let service = try await RunningQueryService.shared
        let from = (start + 3_600) * 1_000_000_000 + shift.from
        let through = (end - 3_600) * 1_000_000_000 + shift.through
        let span = [("query", #"{service_name="rolled"}"#), ("start", "\(from)"), ("end", "\(through)")]
        func counted(from: Int64, until: Int64) async throws -> [Substring] {
            try await service.clickHouse.query(
                "SELECT count(), sum(length(Body)) FROM otel_logs WHERE ServiceName = 'rolled' AND "
                    + "toUnixTimestamp64Nano(Timestamp) >= \(from) AND toUnixTimestamp64Nano(Timestamp) < \(until)"
            ).split(whereSeparator: \.isWhitespace)
        }
        let all = try await counted(from: from, until: through)
        let statistics = try await service.ask("/loki/api/v1/index/stats", span)
        #expect(statistics.text.hasPrefix(#"{"streams":1,"#), "\(statistics.text)")
        #expect(statistics.text.hasSuffix(#""bytes":\#(all[1]),"entries":\#(all[0])}"#), "\(statistics.text), \(all)")
        let labels = try await service.ask("/loki/api/v1/labels", span)
        #expect(labels.text.contains(#""data":["service_name"]"#), "\(labels.text)")
        // Steps of five minutes that lie in one interval each, or not.
        for step in [Int64(3_600), 3_601] {
            let answer = try await service.ask("/loki/api/v1/index/volume_range", span + [("step", "\(step)")])
            let samples = try JSONDecoder().decode(Matrix.self, from: Data(answer.text.utf8)).samples
            let volumes = try #require(samples.values.first)
            for number in [Int64(0), 3, 57] {
                let begin = from + number * step * 1_000_000_000
                let bytes = try await counted(from: begin, until: min(begin + step * 1_000_000_000, through))[1]
                let time = Double(begin / 1_000_000) / 1_000
                let found = volumes.first { abs((Double($0.key) ?? 0) - time) < 1 }
                #expect(found?.value == Double(bytes), "\(number) of \(step): \(found?.value ?? -1), \(bytes)")
            }
        }
    }

    @Test("are named by the service's own API")
    func ownInterface() async throws {
        let service = try await RunningQueryService.shared
        func ask(from time: Int64) async throws -> String {
            let span = #""start_time": "\#(RFC3339.text(time * 1_000))", "end_time": "\#(RFC3339.text(end * 1_000))""#
            let body = #"{"metric_name": "rolled.work", "aggregation": "rate", \#(span)}"#
            return try await service.send("/api/v1/metrics", body: body).text
        }
        let long = try await ask(from: start + 7)
        #expect(long.contains(#""source":"rollup of 5 minutes""#), "\(long.prefix(500))")
        #expect(try await ask(from: end - 3_600).contains(#""source":"points""#))
    }
}
