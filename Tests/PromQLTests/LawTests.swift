import PromQL
import SeededRandom
import Testing

/// What must hold whatever the samples are.
@Suite("Laws")
struct LawTests {
    private let engine = PromQLEngine()

    /// Counters with resets and gauges, with gaps, of several groups.
    private func source(_ seed: UInt64) -> InMemorySource {
        var random = SplitMix64(seed: seed)
        var series: [SampledSeries] = []
        for job in 0..<3 {
            for instance in 0..<4 {
                for name in ["c_total", "g"] {
                    var (timestamps, values): ([Int64], [Double]) = ([], [])
                    var (time, value) = (Int64.random(in: 0...15_000, using: &random), 0.0)
                    while time < 3_600_000 {
                        let change = Double(Int.random(in: 0...50, using: &random))
                        value =
                            name == "g" ? change - 25 : Int.random(in: 0..<40, using: &random) == 0 ? 0 : value + change
                        timestamps.append(time)
                        values.append(value)
                        time += Int.random(in: 0..<30, using: &random) == 0 ? 400_000 : 15_000
                    }
                    let labels: Labels = ["__name__": name, "job": "j\(job)", "instance": "i\(instance)"]
                    series.append(SampledSeries(labels: labels, timestamps: timestamps, values: values))
                }
            }
        }
        return InMemorySource(series)
    }

    private func lines(_ query: String, at time: Int64, _ source: InMemorySource) async throws -> [String] {
        guard case .vector(let samples, _) = try await engine.evaluate(query, at: time, over: source).value else {
            return []
        }
        return samples.map { "= \($0.labels) \(NumberFormat.sample($0.value))" }
    }

    @Test(
        "Two queries give the same",
        arguments: [
            ("rate(c_total[5m]) * 300", "increase(c_total[5m])"),
            ("sum(sum by (job) (g))", "sum(g)"),
            ("sum without (instance) (g)", "sum by (job) (g)"),
            ("sum(count by (job) (g))", "count(g)"),
            ("max(max by (job) (g))", "max(g)"),
            ("min(min without (instance) (g))", "min(g)"),
            ("avg by (job) (g)", "sum by (job) (g) / count by (job) (g)"),
            ("stdvar by (job) (g)", "stddev by (job) (g) ^ 2"),
            ("quantile by (job) (0, g)", "min by (job) (g)"),
            ("quantile by (job) (1, g)", "max by (job) (g)"),
            ("max by (job) (topk by (job) (1, g))", "max by (job) (g)"),
            ("topk by (job) (4, g) and bottomk by (job) (4, g)", "g"),
            ("sum_over_time(g[10m]) / count_over_time(g[10m])", "avg_over_time(g[10m])"),
            ("quantile_over_time(1, g[10m])", "max_over_time(g[10m])"),
            ("count_over_time(g[10m:15s]) * 0 + 1", "present_over_time(g[10m:15s])"),
            ("g - g offset 5m + g offset 5m", "g + 0 and on (job, instance) g offset 5m"),
            ("(g > 0) or (g <= 0)", "g"),
            ("g unless g > 0", "g <= 0"),
            ("g * 2", "g + g"),
            ("-(-g)", "g * 1"),
            ("sum(rate(c_total[5m])) by (job)", "sum by (job) (sum by (job, instance) (rate(c_total[5m])))"),
            ("label_replace(g, \"x\", \"\", \"job\", \".*\")", "g"),
            ("sort(g)", "sort_desc(sort(g)) and g"),
            ("irate(c_total[5m]) >= 0", "irate(c_total[5m])"),
            ("deriv(g[5m])", "-deriv((-g)[5m:15s] offset 0s) * 0 + deriv(g[5m])"),
        ]
    )
    func equalities(_ one: String, _ other: String) async throws {
        for seed: UInt64 in 1...5 {
            let source = source(seed)
            for time: Int64 in [700_000, 1_800_000, 2_777_000] {
                let (left, right) = (try await lines(one, at: time, source), try await lines(other, at: time, source))
                #expect(
                    ResultLines.agree(left.sorted(), right.sorted()),
                    "seed \(seed) at \(time): \(left) and \(right)"
                )
            }
        }
    }

    @Test(
        "An offset is an earlier evaluation",
        arguments: ["g", "rate(c_total[5m])", "max_over_time(g[10m])", "avg_over_time(g[10m:1m])", "g @ 1000"]
    )
    func offset(_ query: String) async throws {
        let source = source(7)
        let shifted = query.contains("[") ? query.replacing("])", with: "] offset 4m)") : query + " offset 4m"
        let earlier = query.contains("@") ? "g @ 760" : query
        for time: Int64 in [700_000, 1_801_000] {
            let then = query.contains("@") ? time : time - 240_000
            #expect(try await lines(shifted, at: time, source) == lines(earlier, at: then, source))
        }
    }

    @Test("The increase of a counter that rises evenly is its rise")
    func evenRise() async throws {
        let timestamps = (0..<200).map { Int64($0) * 15_000 }
        let series = SampledSeries(
            labels: ["__name__": "c_total"],
            timestamps: timestamps,
            values: timestamps.map { 1000 + Double($0) / 500 }
        )
        for time: Int64 in [900_000, 1_000_001, 1_814_999] {
            let lines = try await lines("increase(c_total[5m])", at: time, InMemorySource([series]))
            #expect(ResultLines.agree(lines, ["= {} 600"]), "\(lines)")
        }
    }

    @Test("A query at steps gives what it gives at each of them")
    func stepsAreInstants() async throws {
        for file in try ExpressionTable.files {
            for entry in try ExpressionTable.entries(of: file) {
                guard case .range(let start, let end, let step) = entry.times, !entry.query.contains("start()"),
                    !entry.query.contains("end()"), !entry.expected.contains(where: { $0.hasPrefix("! ") })
                else { continue }
                let whole = try await engine.evaluate(
                    entry.query,
                    from: start * 1000,
                    through: end * 1000,
                    step: step * 1000,
                    over: SampleData.source
                )
                guard case .matrix(let matrix) = whole.value else { continue }
                for second in stride(from: start, through: end, by: Int64.Stride(step)) {
                    let atStep = matrix.compactMap { series -> String? in
                        guard let index = series.timestamps.firstIndex(of: second * 1000) else { return nil }
                        return "= \(series.labels) \(NumberFormat.sample(series.values[index]))"
                    }
                    let instant = try await engine.evaluate(entry.query, at: second * 1000, over: SampleData.source)
                    let alone: [String]
                    switch instant.value {
                    case .vector(let samples, _):
                        alone = samples.map { "= \($0.labels) \(NumberFormat.sample($0.value))" }
                    case .scalar(let value, _): alone = ["= \(Labels()) \(NumberFormat.sample(value))"]
                    default: alone = []
                    }
                    #expect(ResultLines.agree(atStep.sorted(), alone.sorted()), "\(entry.query) at \(second)")
                }
            }
        }
    }
}
