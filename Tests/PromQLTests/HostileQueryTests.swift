import PromQL
import Testing

@Suite("Hostile queries")
struct HostileQueryTests {
    private static let tooDeep = "expression nests too deeply: at most 500 levels are allowed"

    @Test(
        "that nest deeply are refused",
        arguments: [
            String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000),
            String(repeating: "-", count: 10_000) + "x",
            String(repeating: "- ", count: 10_000) + "1",
            "1" + String(repeating: " + 1", count: 10_000),
            "1" + String(repeating: " ^ 1", count: 10_000),
            String(repeating: "abs(", count: 10_000) + "x" + String(repeating: ")", count: 10_000),
            String(repeating: "sum(", count: 10_000),
            "x" + String(repeating: "[5m:]", count: 10_000),
            String(repeating: "(", count: 100_000),
        ]
    )
    func nesting(_ query: String) {
        #expect { try Parser().parse(query) } throws: { ($0 as? ParseError)?.message == Self.tooDeep }
    }

    @Test("that nest as deeply as is allowed are evaluated")
    func deepest() async throws {
        let sum = "1" + String(repeating: " + 1", count: 498)
        let parentheses = String(repeating: "(", count: 498) + "1" + String(repeating: ")", count: 498)
        let functions = String(repeating: "abs(", count: 498) + "up" + String(repeating: ")", count: 498)
        for query in [sum, parentheses, functions] {
            let tree = try Parser().parse(query)
            #expect(try Parser().parse(tree.formatted()).withoutPositions == tree.withoutPositions)
            _ = try await PromQLEngine().evaluate(query, at: 1000, over: SampleData.source)
        }
    }

    @Test("that read more samples than they may are stopped")
    func samples() async throws {
        let engine = PromQLEngine(limits: QueryLimits(samples: 1000))
        for query in ["count_over_time({job=\"api\"}[2h])", "up", "sum_over_time(vector(1)[1y:1s])", "sort(up)"] {
            await #expect {
                try await engine.evaluate(query, from: 0, through: 7_200_000, step: 1000, over: SampleData.source)
            } throws: { ($0 as? EvaluationError)?.kind == .limit }
        }
        let result = try await engine.evaluate("sum(up)", at: 1_000_000, over: SampleData.source)
        #expect(result.samplesRead == 80)
    }

    @Test("that select more series than they may are stopped")
    func series() async throws {
        let engine = PromQLEngine(limits: QueryLimits(series: 10))
        await #expect {
            try await engine.evaluate("{__name__=~\".+\"}", at: 1_000_000, over: SampleData.source)
        } throws: {
            "\($0)" == "query selects too many series: at most 10 are allowed"
        }
    }

    @Test("that ask for the year 58000, or the ends of time, give nothing")
    func farTimes() async throws {
        let engine = PromQLEngine()
        for time: Int64 in [1_768_500_000_000_000, -1_768_500_000_000_000, 9_100_000_000_000_000_000] {
            for query in ["up", "rate(up[5m])", "up offset 100y", "sum_over_time(up[5m:])", "up @ 9000000000000000"] {
                let result = try await engine.evaluate(query, at: time, over: SampleData.source)
                guard case .vector(let samples, _) = result.value else { continue }
                #expect(samples.isEmpty)
            }
        }
        await #expect(throws: EvaluationError.self) {
            try await engine.evaluate("up", at: .max, over: SampleData.source)
        }
        await #expect(throws: EvaluationError.self) {
            try await engine.evaluate("up", from: .min, through: .max, step: 1, over: SampleData.source)
        }
    }

    @Test("stop when their task is cancelled")
    func cancellation() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await PromQLEngine().evaluate("sum(up)", at: 1_000_000, over: SampleData.source)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(
        "what is not supported is refused by name",
        arguments: ["histogram_avg", "histogram_count", "histogram_sum", "histogram_stddev", "histogram_stdvar"]
    )
    func unsupported(_ name: String) async {
        await #expect { try await PromQLEngine().evaluate("\(name)(up)", at: 0, over: SampleData.source) } throws: {
            "\($0)" == "function \"\(name)\" cannot be evaluated: native histograms are not supported"
        }
    }

    @Test("range vectors and texts have no steps")
    func types() async {
        await #expect {
            try await PromQLEngine().evaluate("up[5m]", from: 0, through: 60_000, step: 1000, over: SampleData.source)
        } throws: {
            "\($0)"
                == "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"
        }
    }
}
