import PromQL

/// Gives aggregations of lines as series with a sample at each step.
struct RangeSource: SeriesSource {
    let leaves: [Translation.Leaf]
    let grid: StepGrid
    let source: any LogSource
    let limits: LogQLLimits

    func forEachSeries(_ request: SeriesRequest, _ body: (SampledSeries) throws -> Void) async throws {
        guard let number = request.matchers.first.flatMap({ Int($0.value) }), leaves.indices.contains(number) else {
            return
        }
        let evaluation = RangeEvaluation(leaves[number], grid: grid, source: source, limits: limits)
        for series in try await evaluation.series() {
            var (timestamps, values): ([Int64], [Double]) = ([], [])
            for (step, value) in series.values.enumerated() {
                guard let value else { continue }
                timestamps.append(grid.time(step))
                values.append(value)
            }
            if !values.isEmpty {
                try body(SampledSeries(labels: series.labels, timestamps: timestamps, values: values))
            }
        }
    }
}
