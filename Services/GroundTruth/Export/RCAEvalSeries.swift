import ClickHouseHTTP
import RunJournal

/// The series of one question's stretch of time, by second or by 15 seconds.
struct RCAEvalSeries: Sendable {
    let clickHouse: ClickHouseClient
    let question: Question

    /// The step of the series made of logs and traces, in seconds.
    private static let wideStep: Int64 = 15

    var times: [String: Moment] { ["from": question.from, "to": question.to] }
    private var first: Int64 { question.from.nanoseconds / 1_000_000_000 }
    private var end: Int64 { question.to.nanoseconds / 1_000_000_000 }

    private struct Point: Decodable {
        let time: Int64
        let column: String
        let value: Double?
    }

    /// Load, errors, latency, processor and memory of each service, a row a second.
    func simpleMetrics() async throws -> WideTable {
        struct Row: Decodable {
            let time: Int64
            let service: String
            let workload: Double
            let error: Double
            let p50: Double
            let p90: Double
        }
        var table = WideTable(from: first, to: end, step: 1)
        let requests: [Row] = try await clickHouse.rows(
            """
            SELECT
                toUnixTimestamp(Timestamp) AS time, ServiceName AS service, count() AS workload,
                countIf(StatusCode = 'Error') AS error,
                quantile(0.5)(Duration) / 1e9 AS p50, quantile(0.9)(Duration) / 1e9 AS p90
            FROM otel_traces
            WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} AND SpanKind = 'Server'
            GROUP BY time, service
            """.filled(times)
        )
        for row in requests {
            table.set("\(row.service)_workload", at: row.time, to: row.workload, gap: .zero)
            table.set("\(row.service)_error", at: row.time, to: row.error, gap: .zero)
            table.set("\(row.service)_latency-50", at: row.time, to: row.p50, gap: .empty)
            table.set("\(row.service)_latency-90", at: row.time, to: row.p90, gap: .empty)
        }
        let process: [Point] = try await clickHouse.rows(
            """
            SELECT toUnixTimestamp(TimeUnix) AS time, concat(ServiceName, '_mem') AS column, max(Value) AS value
            FROM otel_metrics_sum
            WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)} AND MetricName = 'process.memory.usage'
            GROUP BY time, column
            UNION ALL
            SELECT time, concat(service, '_cpu') AS column, (total - before) / (time - earlier) AS value
            FROM
            (
                SELECT
                    service, time, total,
                    lagInFrame(total) OVER (PARTITION BY service, instance ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before,
                    lagInFrame(time) OVER (PARTITION BY service, instance ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS earlier
                FROM
                (
                    SELECT
                        ServiceName AS service, ResourceAttributes['service.instance.id'] AS instance,
                        toInt64(toUnixTimestamp(TimeUnix)) AS time, sum(Value) AS total
                    FROM otel_metrics_sum
                    WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)} AND MetricName = 'process.cpu.time'
                    GROUP BY service, instance, time
                )
            )
            WHERE earlier > 0 AND time > earlier
            """.filled(times)
        )
        for point in process {
            if let value = point.value { table.set(point.column, at: point.time, to: value, gap: .last) }
        }
        return table
    }

    /// Every gauge and sum that was exported, a column for each set of attributes.
    func exportedMetrics() async throws -> WideTable {
        var table = WideTable(from: first, to: end, step: 1)
        let values = "arrayMap(key -> concat('.', Attributes[key]), arraySort(mapKeys(Attributes)))"
        let attributes = "arrayStringConcat(\(values))"
        let points: [Point] = try await clickHouse.rows(
            ["otel_metrics_gauge", "otel_metrics_sum"].map { name in
                """
                SELECT
                    toUnixTimestamp(TimeUnix) AS time,
                    concat(ServiceName, '_', MetricName, \(attributes)) AS column,
                    max(Value) AS value
                FROM \(name)
                WHERE TimeUnix >= {from:DateTime64(9)} AND TimeUnix < {to:DateTime64(9)}
                GROUP BY time, column
                """
            }.joined(separator: "\nUNION ALL\n").filled(times)
        )
        for point in points {
            if let value = point.value { table.set(point.column, at: point.time, to: value, gap: .last) }
        }
        return table
    }

    /// How often each message was logged.
    func logCounts() async throws -> WideTable {
        let points: [Point] = try await clickHouse.rows(
            """
            SELECT
                \(window("Timestamp")) AS time, concat(ServiceName, '_', Body) AS column, count() AS value
            FROM otel_logs
            WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
            GROUP BY time, column
            """.filled(times)
        )
        return wide(points, gap: .zero)
    }

    /// Errors and mean duration, in microseconds, of each operation.
    func traceFigures() async throws -> (errors: WideTable, latencies: WideTable) {
        let source = """
            FROM otel_traces
            WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
            GROUP BY time, column
            """
        let head = "SELECT \(window("Timestamp")) AS time, concat(ServiceName, '_', SpanName) AS column"
        let errors: [Point] = try await clickHouse.rows(
            "\(head), countIf(StatusCode = 'Error') AS value \(source)".filled(times)
        )
        let latencies: [Point] = try await clickHouse.rows(
            "\(head), avg(Duration) / 1000 AS value \(source)".filled(times)
        )
        return (wide(errors, gap: .zero), wide(latencies, gap: .empty))
    }

    /// The beginning of the 15 seconds that a moment lies in, counted from the question's first second.
    private func window(_ column: String) -> String {
        let step = Self.wideStep
        return "\(first) + intDiv(toInt64(toUnixTimestamp(\(column))) - \(first), \(step)) * \(step)"
    }

    private func wide(_ points: [Point], gap: WideTable.Gap) -> WideTable {
        var table = WideTable(from: first, to: end, step: Self.wideStep)
        for point in points {
            if let value = point.value { table.set(point.column, at: point.time, to: value, gap: gap) }
        }
        return table
    }
}
