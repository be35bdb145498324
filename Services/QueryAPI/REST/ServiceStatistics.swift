import ClickHouseHTTP

/// What a service did in a span of time, from the rollups.
struct ServiceStatistics: Sendable {
    /// A count and how long it took.
    struct Calls: Sendable {
        let count: UInt64
        let errors: UInt64
        /// Nanoseconds.
        let durationSum: UInt64
        let durationMax: UInt64
        /// The medians, 95th and 99th percentiles in nanoseconds; not numbers where there was no call.
        let quantiles: [Double]
    }

    let name: String
    let spans: UInt64
    let errors: UInt64
    let operations: UInt64
    /// What others asked of it: spans of kind server and consumer.
    let requests: Calls

    /// Which rollup is read: the hourly one for more than two days.
    static func source(of span: TimeSpan) -> String {
        span.length > 2 * 86_400_000 ? "rollup of 1 hour" : "rollup of 5 minutes"
    }

    /// The statistics of all services, by name. The first and the last step of the rollup count whole.
    static func read(in span: TimeSpan, from database: TelemetryDatabase) async throws -> [ServiceStatistics] {
        guard !span.isEmpty else { return [] }
        let isLong = span.length > 2 * 86_400_000
        let start: SQL =
            isLong
            ? "FROM otel_traces_rollup_1h WHERE Time >= toStartOfHour(toDateTime(intDiv({from:Int64}, 1000), 'UTC'))"
            : "FROM otel_traces_rollup_5m WHERE Time >= toStartOfFiveMinutes(toDateTime(intDiv({from:Int64}, 1000), 'UTC'))"
        var rows = try await database.rows(
            """
            WITH SpanKind IN ('Server', 'Consumer') AS asked
            SELECT toString(ServiceName), sum(Calls), sum(Errors), uniqExact(SpanName), sumIf(Calls, asked),
                sumIf(Errors, asked), sumIf(DurationSum, asked), maxIf(DurationMax, asked),
                arrayMap(each -> toFloat64(each), quantilesTDigestMergeIf(0.5, 0.95, 0.99)(DurationState, asked))
            """ + start + """
                AND Time <= toDateTime(intDiv({through:Int64}, 1000), 'UTC') AND ServiceName != ''
                GROUP BY ServiceName
                ORDER BY ServiceName
                """,
            span.parameters
        )
        var statistics: [ServiceStatistics] = []
        while !rows.isAtEnd { statistics.append(try ServiceStatistics(&rows)) }
        return statistics
    }

    private init(_ row: inout RowBinaryReader) throws {
        name = try row.text()
        spans = try row.number(UInt64.self)
        errors = try row.number(UInt64.self)
        operations = try row.number(UInt64.self)
        requests = Calls(
            count: try row.number(UInt64.self),
            errors: try row.number(UInt64.self),
            durationSum: try row.number(UInt64.self),
            durationMax: try row.number(UInt64.self),
            quantiles: try row.array { try $0.double() }
        )
    }

    /// Appends it as JSON; `null` for what has no value without requests.
    func append(to bytes: inout [UInt8]) {
        let count = Double(requests.count)
        func quantile(_ index: Int) -> Double {
            requests.count > 0 && requests.quantiles.indices.contains(index) ? requests.quantiles[index] / 1e6 : .nan
        }
        bytes.append(UInt8(ascii: "{"))
        RESTAnswer.append("service_name", name, to: &bytes)
        RESTAnswer.append("span_count", spans, to: &bytes)
        RESTAnswer.append("span_error_count", errors, to: &bytes)
        RESTAnswer.append("operation_count", operations, to: &bytes)
        RESTAnswer.append("request_count", requests.count, to: &bytes)
        RESTAnswer.append("error_count", requests.errors, to: &bytes)
        RESTAnswer.append("error_rate", Double(requests.errors) / count, to: &bytes)
        RESTAnswer.append("avg_duration_ms", Double(requests.durationSum) / count / 1e6, to: &bytes)
        RESTAnswer.append("p50_duration_ms", quantile(0), to: &bytes)
        RESTAnswer.append("p95_duration_ms", quantile(1), to: &bytes)
        RESTAnswer.append("p99_duration_ms", quantile(2), to: &bytes)
        let longest = requests.count > 0 ? Double(requests.durationMax) / 1e6 : .nan
        RESTAnswer.append("max_duration_ms", longest, "}", to: &bytes)
    }
}
