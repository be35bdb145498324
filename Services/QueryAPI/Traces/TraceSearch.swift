import ClickHouseHTTP

/// Finds traces that have a span of some kind, newest first.
///
/// It looks at the newest minutes first and goes back in growing steps until it has enough: who asks for twenty traces
/// of a busy service does not have a day of them read.
struct TraceSearch: Sendable {
    /// How far back from the end each step begins, in nanoseconds.
    private static let steps: [Int64] = [300, 3_600, 21_600, 86_400].map { $0 * 1_000_000_000 }

    /// The spans that began in `from` through `through`. The tables are sorted by whole seconds: without them a range
    /// of minutes leaves no part of a day unread.
    static let range: SQL = """
        Timestamp >= fromUnixTimestamp64Nano({from:Int64}) AND Timestamp <= fromUnixTimestamp64Nano({through:Int64})
        AND toDateTime(Timestamp) >= toDateTime(intDiv({from:Int64}, 1000000000), 'UTC')
        AND toDateTime(Timestamp) <= toDateTime(intDiv({through:Int64}, 1000000000), 'UTC')
        """

    let database: TelemetryDatabase

    /// The ids of traces, by the time of their newest span that satisfies the condition, newest first.
    ///
    /// - Parameters:
    ///   - condition: What follows `AND`, over columns of `otel_traces`; nothing for any span.
    ///   - span: When such a span began, in nanoseconds since the epoch.
    func newest(
        _ limit: Int,
        where condition: BoundSQL?,
        in span: NanosecondSpan
    ) async throws -> [String] {
        guard limit > 0, !span.isEmpty else { return [] }
        var found: [String] = []
        var known: Set<String> = []
        // Clients ask for "until now" with ends in the future.
        let now = WallClock.milliseconds * 1_000_000
        var through = span.through
        let starts = Self.steps.map { max(span.from, min(span.through, now) - $0) } + [span.from]
        for from in starts where from <= through {
            for id in try await ids(limit, condition, NanosecondSpan(from: from, through: through))
            where known.insert(id).inserted {
                found.append(id)
                if found.count == limit { return found }
            }
            if from == span.from { break }
            through = from - 1
        }
        return found
    }

    private func ids(_ limit: Int, _ condition: BoundSQL?, _ span: NanosecondSpan) async throws -> [String] {
        let start: SQL = "SELECT TraceId FROM otel_traces WHERE TraceId != '' AND"
        var statement = start + Self.range
        var parameters = span.parameters
        if let condition {
            statement = statement + "AND (" + condition.sql + ")"
            parameters.merge(condition.parameters) { $1 }
        }
        parameters["limit"] = ClickHouseParameter(limit)
        var rows = try await database.rows(
            statement + "GROUP BY TraceId ORDER BY max(Timestamp) DESC, TraceId LIMIT {limit:UInt64}",
            parameters
        )
        var ids: [String] = []
        while !rows.isAtEnd { ids.append(try rows.text()) }
        return ids
    }
}
