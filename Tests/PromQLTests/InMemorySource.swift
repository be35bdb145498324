import PromQL

/// Series in memory.
struct InMemorySource: SeriesSource {
    let series: [SampledSeries]

    init(_ series: [SampledSeries]) {
        self.series = series
    }

    func forEachSeries(_ request: SeriesRequest, _ body: (SampledSeries) throws -> Void) async throws {
        var testers = request.matchers.map { ($0.name, $0.tester()) }
        for each in series {
            var isSelected = true
            for index in testers.indices where isSelected {
                isSelected = testers[index].1.matches(each.labels[testers[index].0])
            }
            guard isSelected else { continue }
            let chosen = each.timestamps.indices.filter {
                each.timestamps[$0] > request.after && each.timestamps[$0] <= request.through
            }
            if chosen.isEmpty { continue }
            try body(
                SampledSeries(
                    labels: each.labels,
                    timestamps: chosen.map { each.timestamps[$0] },
                    values: chosen.map { each.values[$0] }
                )
            )
        }
    }
}
