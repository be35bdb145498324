import ClickHouseHTTP
import LogQL
import PromQL

/// The kinds of lines that there are: lines without what differs between them, by ClickHouse's `log_template`.
struct LogPatterns: Sendable {
    /// A kind of line.
    struct Pattern: Sendable {
        /// The line, `<_>` where lines differ: `|>` finds them again.
        let text: String
        let level: String
        /// How many there were, by the start of the step in seconds since the epoch.
        var samples: [(seconds: Int64, count: UInt64)]
    }

    /// So many kinds are told, those with the most lines.
    private static let most = 300

    let database: TelemetryDatabase

    /// Reads the kinds of lines of streams.
    ///
    /// - Parameter step: Seconds.
    func read(_ matchers: [LabelMatcher], in span: NanosecondSpan, step: Int64) async throws -> [Pattern] {
        guard !span.isEmpty else { return [] }
        var condition = LogConditionSQL()
        try condition.add(matchers)
        guard condition.isExact else { throw QueryFailure.tooMuch("the selector is too long to look for patterns") }
        var statement = BoundSQL(
            """
            SELECT
                replaceRegexpAll(template, '<(?:uuid|email|hex|n)>(?:<(?:uuid|email|hex|n)>)*', '<_>') AS pattern,
                level,
                groupArray((time, lines))
            FROM
            (
                SELECT log_template(Body) AS template,
            """
        )
        statement.append(LogLevelSQL.expression)
        statement.append(
            """
                AS level, toInt64(intDiv(toInt64(toUnixTimestamp(Timestamp)), {step:Int64}) * {step:Int64}) AS time,
                    count() AS lines
                FROM otel_logs
            """
        )
        statement.append(LogConditionSQL.time)
        statement.append(condition.sql)
        statement.append(
            """
                GROUP BY template, level, time
                ORDER BY time
            )
            GROUP BY pattern, level
            ORDER BY sum(lines) DESC, pattern
            LIMIT {most:UInt64}
            """
        )
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["step"] = ClickHouseParameter(step)
        parameters["most"] = ClickHouseParameter(Self.most)
        var rows = try await database.rows(statement.sql, parameters)
        var patterns: [Pattern] = []
        while !rows.isAtEnd {
            let text = try rows.text()
            let level = try rows.text()
            var counts: [Int64: UInt64] = [:]
            for _ in 0..<(try rows.count()) {
                let time = try rows.number(Int64.self)
                counts[time, default: 0] += try rows.number(UInt64.self)
            }
            let samples = counts.sorted { $0.key < $1.key }.map { (seconds: $0.key, count: $0.value) }
            patterns.append(Pattern(text: text, level: level, samples: samples))
        }
        return patterns
    }
}
