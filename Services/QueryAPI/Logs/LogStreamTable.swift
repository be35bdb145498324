/// What streams have in a span, as a table for statements: whole steps of five minutes are read from the rollup of
/// streams, the rest of the span from the records.
///
/// Its columns are `ServiceName`, `ResourceAttributes` (those of a stream alone), `Step`, `number` of the interval,
/// `Lines` and `Bytes`.
struct LogStreamTable {
    private static let step: Int64 = 300_000_000_000

    /// The table as a part of a statement.
    private(set) var sql: BoundSQL

    /// - Parameters:
    ///   - span: What is read.
    ///   - interval: Nanoseconds from the start of the span on; `nil` for one interval of all.
    ///   - labels: The labels that are looked at; `nil` for all. Where they are none of the resource's, no map is read, and
    ///     `ResourceAttributes` is empty.
    ///   - condition: Conditions on streams.
    init(
        _ span: NanosecondSpan,
        by interval: Int64? = nil,
        of labels: Set<String>? = nil,
        where condition: BoundSQL
    ) throws(QueryFailure) {
        let readsMaps = labels.map { !$0.isDisjoint(with: LogLabelNames.attributes.keys) } ?? true
        let none: SQL = "CAST(map(), 'Map(String, String)')"
        // A column that is called as what it is made of would stand for it in the conditions too.
        var sql = BoundSQL(
            "(SELECT ServiceName, Stream AS ResourceAttributes, Step, number, Lines, Size AS Bytes FROM (",
            prefix: "s"
        )
        let whole = Self.wholeSteps(of: span, by: interval)
        if let whole {
            sql.append("SELECT ServiceName,")
            sql.append(readsMaps ? "CAST(ResourceAttributes, 'Map(String, String)')" : none)
            sql.append("AS Stream, Time AS Step,")
            try Self.appendNumber("toInt64(toUnixTimestamp(Time)) * 1000000000", span, interval, to: &sql)
            sql.append("sum(Count) AS Lines, sum(Bytes) AS Size FROM otel_logs_rollup_streams")
            sql.append("WHERE Time >= toDateTime(")
            try sql.bind(whole.lowerBound / 1_000_000_000)
            sql.append(", 'UTC') AND Time < toDateTime(")
            try sql.bind(whole.upperBound / 1_000_000_000)
            sql.append(", 'UTC')")
            sql.append(condition)
            sql.append("GROUP BY ServiceName, Stream, Step, number")
        }
        let edges = Self.edges(of: span, beside: whole)
        if !edges.isEmpty {
            if whole != nil { sql.append("UNION ALL") }
            // Maps are filtered after they are grouped, by their hash: once a process instead of once a record.
            sql.append("SELECT ServiceName,")
            sql.append(readsMaps ? "CAST(log_stream(any(ResourceAttributes)), 'Map(String, String)')" : none)
            sql.append("AS Stream, toStartOfFiveMinutes(Timestamp) AS Step,")
            try Self.appendNumber("toUnixTimestamp64Nano(Timestamp)", span, interval, to: &sql)
            sql.append("count() AS Lines, sum(length(Body)) AS Size FROM otel_logs WHERE (")
            for (index, edge) in edges.enumerated() {
                if index > 0 { sql.append("OR") }
                sql.append("Timestamp >= fromUnixTimestamp64Nano(")
                try sql.bind(edge.from)
                sql.append(") AND Timestamp <= fromUnixTimestamp64Nano(")
                try sql.bind(edge.through)
                sql.append(")")
            }
            sql.append(")")
            sql.append(condition)
            sql.append(
                readsMaps
                    ? "GROUP BY ServiceName, cityHash64(ResourceAttributes), Step, number"
                    : "GROUP BY ServiceName, Step, number"
            )
        }
        sql.append(")) AS streams")
        self.sql = sql
    }

    private static func appendNumber(
        _ nanoseconds: SQL,
        _ span: NanosecondSpan,
        _ interval: Int64?,
        to sql: inout BoundSQL
    ) throws(QueryFailure) {
        guard let interval else { return sql.append("toInt64(0) AS number,") }
        sql.append("intDiv(")
        sql.append(nanoseconds)
        sql.append("-")
        try sql.bind(span.from)
        sql.append(",")
        try sql.bind(interval)
        sql.append(") AS number,")
    }

    /// The steps that lie within a span, if there are any and none is in two intervals.
    static func wholeSteps(of span: NanosecondSpan, by interval: Int64? = nil) -> Range<Int64>? {
        guard !span.isEmpty else { return nil }
        if let interval, interval % step != 0 || span.from % step != 0 { return nil }
        let first = (span.from + step - 1) / step * step
        let end = (span.through + 1) / step * step
        return first < end ? first..<end : nil
    }

    /// What of a span is not in the steps.
    private static func edges(of span: NanosecondSpan, beside whole: Range<Int64>?) -> [NanosecondSpan] {
        guard let whole else { return [span] }
        return [
            NanosecondSpan(from: span.from, through: whole.lowerBound - 1),
            NanosecondSpan(from: whole.upperBound, through: span.through),
        ].filter { !$0.isEmpty }
    }
}
