import ClickHouseHTTP
import PromQL

/// Calls between services, as Tempo's service graph counts them: `traces_service_graph_request_*` with the labels
/// `client` and `server`. They are made of the calls that are put together as spans arrive.
struct ServiceGraphSeries: VirtualSeries {
    private static let total = "traces_service_graph_request_total"
    private static let failed = "traces_service_graph_request_failed_total"
    private static let seconds = "traces_service_graph_request_server_seconds"
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    let database: TelemetryDatabase

    let metrics = [
        VirtualMetric(name: total, type: "counter", help: "Calls from one service to another.", unit: ""),
        VirtualMetric(name: failed, type: "counter", help: "Calls from one service to another that failed.", unit: ""),
        VirtualMetric(name: seconds, type: "histogram", help: "Time that servers took for calls.", unit: "seconds"),
    ]

    private struct Step {
        var calls = 0.0
        var errors = 0.0
        var seconds = 0.0
        var buckets: [Double] = []
    }

    private struct Edge: Hashable {
        let client: String
        let server: String
    }

    /// Fine enough to see an incident, and no more than some thousand samples a series.
    private static func step(of span: TimeSpan) -> Int64 {
        switch span.length {
        case ...21_600_000: 15_000
        case ...86_400_000: 60_000
        case ...604_800_000: 300_000
        default: 3_600_000
        }
    }

    func series(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [SampledSeries] {
        let chosen = Figures(
            areErrorsMeant: isMeant(by: matchers, [Self.failed]),
            areSecondsMeant: isMeant(by: matchers, [Self.seconds + "_sum"]),
            areBucketsMeant: isMeant(by: matchers, [Self.seconds + "_bucket"])
        )
        guard chosen.isAnyMeant || isMeant(by: matchers, [Self.total, Self.seconds + "_count"]) else { return [] }
        let step = Self.step(of: span)
        let select: SQL = """
            SELECT caller, server, intDiv(toInt64(toUnixTimestamp(time)) * 1000, {step:Int64}) * {step:Int64} AS start,
                toFloat64(count()),
            """
        var rows = try await database.rows(
            select + chosen.columns + "FROM" + ServiceCallSQL.calls + "GROUP BY caller, server, start",
            CounterGrid.lead(of: span, step: step).parameters.merging(["step": ClickHouseParameter(step)]) { $1 }
        )
        var edges: [Edge: [Int64: Step]] = [:]
        while !rows.isAtEnd {
            let edge = Edge(client: try rows.text(), server: try rows.text())
            let time = try rows.number(Int64.self)
            let counts = Step(
                calls: try rows.double(),
                errors: try rows.double(),
                seconds: try rows.double(),
                buckets: try rows.array { try $0.double() }
            )
            edges[edge, default: [:]][time] = counts
        }
        let now = WallClock.milliseconds
        return edges.flatMap { edge, steps in
            let first = steps.keys.min() ?? span.from
            return Self.series(of: edge, steps, chosen, on: CounterGrid(span, step: step, first: first, now: now))
        }
    }

    /// What is read beside the number of calls: what nobody asks for costs as much as what somebody does.
    private struct Figures {
        let areErrorsMeant: Bool
        let areSecondsMeant: Bool
        let areBucketsMeant: Bool

        var isAnyMeant: Bool { areErrorsMeant || areSecondsMeant || areBucketsMeant }

        var columns: SQL {
            let errors: SQL = areErrorsMeant ? "toFloat64(sum(failed))," : "toFloat64(0),"
            let seconds: SQL = areSecondsMeant ? "sum(duration) / 1e9," : "toFloat64(0),"
            let buckets: SQL =
                areBucketsMeant
                ? """
                CAST([
                    countIf(duration <= 5000000), countIf(duration <= 10000000), countIf(duration <= 25000000),
                    countIf(duration <= 50000000), countIf(duration <= 100000000), countIf(duration <= 250000000),
                    countIf(duration <= 500000000), countIf(duration <= 1000000000), countIf(duration <= 2500000000),
                    countIf(duration <= 5000000000), countIf(duration <= 10000000000)
                ], 'Array(Float64)')
                """ : "CAST([], 'Array(Float64)')"
            return errors + seconds + buckets
        }
    }

    private static func series(
        of edge: Edge,
        _ steps: [Int64: Step],
        _ chosen: Figures,
        on grid: CounterGrid
    ) -> [SampledSeries] {
        let timestamps = grid.timestamps
        func counter(_ name: String, _ more: [String: String], _ value: (Step) -> Double) -> SampledSeries {
            let own = [Labels.metricName: name, "client": edge.client, "server": edge.server]
            return SampledSeries(
                labels: Labels(own.merging(more) { $1 }),
                timestamps: timestamps,
                values: grid.values(steps.mapValues(value))
            )
        }
        var series = [counter(total, [:], \.calls), counter(seconds + "_count", [:], \.calls)]
        if chosen.areErrorsMeant { series.append(counter(failed, [:], \.errors)) }
        if chosen.areSecondsMeant { series.append(counter(seconds + "_sum", [:], \.seconds)) }
        guard chosen.areBucketsMeant else { return series }
        series.append(counter(seconds + "_bucket", ["le": "+Inf"], \.calls))
        for (index, bound) in bounds.enumerated() {
            series.append(counter(seconds + "_bucket", ["le": NumberFormat.plain(bound)]) { $0.buckets[index] })
        }
        return series
    }

    /// The edges of the last hour of a span: all calls of weeks would have to be read to know all.
    func labelSets(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [Labels] {
        let end = min(span.through, WallClock.milliseconds)
        let recent = TimeSpan(from: max(span.from, end - 3_600_000), through: end)
        return recent.isEmpty ? [] : try await series(matchers, in: recent).map(\.labels)
    }
}
