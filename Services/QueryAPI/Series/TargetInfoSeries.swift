import ClickHouseHTTP
import PromQL

/// `target_info`: 1 for as long as a resource sent metrics, with all of its attributes as labels.
struct TargetInfoSeries: VirtualSeries {
    /// Milliseconds between two samples: less than Prometheus' look-back.
    private static let step: Int64 = 60_000
    private static let name = "target_info"

    let database: TelemetryDatabase

    let metrics = [VirtualMetric(name: "target_info", type: "gauge", help: "Target metadata", unit: "")]

    func series(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [SampledSeries] {
        guard isMeant(by: matchers, [Self.name]) else { return [] }
        var samples: [Labels: Set<Int64>] = [:]
        for life in try await lives(in: span) {
            let (from, through) = (max(life.first, span.from), min(life.last, span.through))
            guard from <= through else { continue }
            var times = samples[life.labels] ?? []
            var time = from - from % Self.step
            while time <= through {
                if time >= from { times.insert(time) }
                time += Self.step
            }
            times.insert(through)
            samples[life.labels] = times
        }
        return samples.map { labels, times in
            SampledSeries(
                labels: labels,
                timestamps: times.sorted(),
                values: Array(repeating: 1, count: times.count)
            )
        }
    }

    func labelSets(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [Labels] {
        guard isMeant(by: matchers, [Self.name]) else { return [] }
        return try await lives(in: span).filter { $0.first <= span.through && $0.last >= span.from }.map(\.labels)
    }

    private struct Life {
        let labels: Labels
        let first: Int64
        let last: Int64
    }

    private func lives(in span: TimeSpan) async throws -> [Life] {
        var rows = try await database.rows(
            """
            SELECT any(ResourceAttributes), toUnixTimestamp(min(FirstSeen)), toUnixTimestamp(max(LastSeen))
            FROM metric_series
            WHERE Day >= toDate(fromUnixTimestamp64Milli({from:Int64}))
              AND Day <= toDate(fromUnixTimestamp64Milli({through:Int64}))
            GROUP BY cityHash64(mapSort(ResourceAttributes))
            """,
            span.parameters
        )
        var lives: [Life] = []
        while !rows.isAtEnd {
            let resource = try rows.map()
            let first = Int64(try rows.number(UInt32.self)) * 1_000
            let last = Int64(try rows.number(UInt32.self)) * 1_000
            guard var labels = SeriesLabels.targetInfo(of: resource) else { continue }
            labels[Labels.metricName] = Self.name
            lives.append(Life(labels: Labels(labels), first: first, last: last))
        }
        return lives
    }
}
