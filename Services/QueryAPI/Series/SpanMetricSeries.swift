import ClickHouseHTTP
import PromQL

/// Calls of every operation, as Tempo's span metrics count them: `traces_spanmetrics_calls_total`,
/// `traces_spanmetrics_latency_sum` and `_count`. They are made of the rollups, whose steps are five minutes: a rate
/// needs a range of at least ten.
struct SpanMetricSeries: VirtualSeries {
    private static let calls = "traces_spanmetrics_calls_total"
    private static let latency = "traces_spanmetrics_latency"
    private static let step: Int64 = 300_000

    let database: TelemetryDatabase

    let metrics = [
        VirtualMetric(name: calls, type: "counter", help: "Calls of an operation, in steps of 5 minutes.", unit: ""),
        VirtualMetric(
            name: latency + "_sum",
            type: "counter",
            help: "Time that calls of an operation took, in steps of 5 minutes.",
            unit: "seconds"
        ),
        VirtualMetric(
            name: latency + "_count",
            type: "counter",
            help: "Calls of an operation, in steps of 5 minutes.",
            unit: ""
        ),
    ]

    private struct Step {
        let calls: Double
        let errors: Double
        let seconds: Double
    }

    private struct Operation: Hashable {
        let service: String
        let name: String
        let kind: String
    }

    func series(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [SampledSeries] {
        if NameMatchers(matchers).mean(Self.latency + "_bucket") {
            throw QueryFailure.unprocessable(
                "\(Self.latency)_bucket is not supported: the rollups keep no buckets; \(Self.latency)_sum and _count are there"
            )
        }
        guard isMeant(by: matchers, [Self.calls, Self.latency + "_sum", Self.latency + "_count"]) else { return [] }
        var rows = try await database.rows(
            """
            SELECT ServiceName, SpanName, SpanKind, toInt64(toUnixTimestamp(Time)) * 1000 AS time,
                toFloat64(sum(Calls)), toFloat64(sum(Errors)), sum(DurationSum) / 1e9
            FROM otel_traces_rollup_5m
            WHERE Time >= toDateTime(intDiv({from:Int64}, 1000), 'UTC')
              AND Time <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
            GROUP BY ServiceName, SpanName, SpanKind, Time
            """,
            CounterGrid.lead(of: span, step: Self.step).parameters
        )
        var operations: [Operation: [Int64: Step]] = [:]
        while !rows.isAtEnd {
            let operation = Operation(service: try rows.text(), name: try rows.text(), kind: try rows.text())
            let time = try rows.number(Int64.self)
            operations[operation, default: [:]][time] = Step(
                calls: try rows.double(),
                errors: try rows.double(),
                seconds: try rows.double()
            )
        }
        let now = WallClock.milliseconds
        return operations.flatMap { operation, steps in
            let first = steps.keys.min() ?? span.from
            let grid = CounterGrid(span, step: Self.step, first: first, now: now)
            return Self.series(of: operation, steps, on: grid)
        }
    }

    private static func series(
        of operation: Operation,
        _ steps: [Int64: Step],
        on grid: CounterGrid
    ) -> [SampledSeries] {
        let timestamps = grid.timestamps
        let own = [
            "service": operation.service, "span_name": operation.name,
            "span_kind": "SPAN_KIND_\(operation.kind.uppercased())",
        ]
        func counter(_ name: String, _ status: String, _ value: (Step) -> Double) -> SampledSeries {
            SampledSeries(
                labels: Labels(own.merging([Labels.metricName: name, "status_code": status]) { $1 }),
                timestamps: timestamps,
                values: grid.values(steps.mapValues(value))
            )
        }
        var series = [
            counter(calls, "STATUS_CODE_UNSET") { $0.calls - $0.errors },
            counter(latency + "_sum", "", \.seconds), counter(latency + "_count", "", \.calls),
        ]
        if steps.values.contains(where: { $0.errors > 0 }) {
            series.append(counter(calls, "STATUS_CODE_ERROR", \.errors))
        }
        return series
    }

    func labelSets(_ matchers: [LabelMatcher], in span: TimeSpan) async throws -> [Labels] {
        try await series(matchers, in: span).map(\.labels)
    }
}
