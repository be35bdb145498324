import ClickHouseHTTP
import LogQL
import PromQL

extension TelemetryLogSource {
    /// The labels that rollups of logs have.
    private static let rolledLabels: Set<String> = [LogLabelNames.service, LogLabelNames.Column.level.rawValue]
    private static let nanosecondsInMillisecond: Int64 = 1_000_000

    /// The steps from which counts can be read: those of a span of more than two days whose edges and intervals they
    /// divide, or any where the records are gone. `nil` where the records themselves have to be counted.
    func rollupStep(for request: LogCountRequest, now: Int64) -> RollupStep? {
        guard request.conditions.isEmpty, request.matchers.allSatisfy({ $0.name == LogLabelNames.service }),
            let grouping = request.grouping, !grouping.isWithout, Self.rolledLabels.isSuperset(of: grouping.labels)
        else { return nil }
        let unit = Self.nanosecondsInMillisecond
        let areRecordsGone = request.after / unit < now - Int64(pointDays) * 86_400_000
        guard areRecordsGone || (request.through - request.after) / unit > RollupStep.longestOfPoints else {
            return nil
        }
        let edges = [request.after, request.through, request.interval]
        let step = edges.allSatisfy { $0 % unit == 0 } ? RollupStep.longest(dividing: edges.map { $0 / unit }) : nil
        return step ?? (areRecordsGone ? .fiveMinutes : nil)
    }

    /// Hands over counts that are read from rollups.
    func forEachRolledCount(
        _ request: LogCountRequest,
        every step: RollupStep,
        _ body: (LogCount) throws -> Void
    ) async throws {
        var condition = LogConditionSQL()
        try condition.add(request.matchers)
        var statement = BoundSQL(
            """
            SELECT if(ServiceName = '', 'unknown_service', toString(ServiceName)) AS service, toString(Level) AS level,
                intDiv(toInt64(toUnixTimestamp(Time)) * 1000000000 - {after:Int64} - 1, {interval:Int64}) AS number,
                sum(Count), sum(Bytes)
            """
        )
        statement.append(step == .hour ? "FROM otel_logs_rollup_1h" : "FROM otel_logs_rollup_5m")
        statement.append(
            """
            WHERE Time > toDateTime(intDiv({after:Int64}, 1000000000), 'UTC')
              AND Time <= toDateTime(intDiv({through:Int64}, 1000000000), 'UTC')
            """
        )
        statement.append(condition.sql)
        statement.append("GROUP BY service, level, number")
        let span = NanosecondSpan(from: request.after, through: request.through)
        var parameters = statement.parameters
        parameters["after"] = ClickHouseParameter(span.from)
        parameters["through"] = ClickHouseParameter(span.through)
        parameters["interval"] = ClickHouseParameter(request.interval)
        var rows = try await database.rows(statement.sql, parameters, within: budget)
        var counts: [LogCount] = []
        var places: [LogCount.Place: Int] = [:]
        while !rows.isAtEnd {
            var labels = [LogLabelNames.service: try rows.text()]
            labels[LogLabelNames.Column.level.rawValue] = try rows.text()
            let wanted = labels.filter { request.grouping?.labels.contains($0.key) == true }
            let count = LogCount(
                labels: Labels(wanted),
                interval: Int(try rows.number(Int64.self)),
                lines: try rows.number(UInt64.self),
                bytes: try rows.number(UInt64.self)
            )
            // Two rows may differ in a label that nobody asked for.
            let place = LogCount.Place(labels: count.labels, interval: count.interval)
            if let index = places[place] {
                counts[index].lines += count.lines
                counts[index].bytes += count.bytes
            } else {
                places[place] = counts.count
                counts.append(count)
            }
        }
        remember(step)
        for count in counts { try body(count) }
    }
}

extension LogCount {
    /// What there is one count of.
    fileprivate struct Place: Hashable {
        let labels: Labels
        let interval: Int
    }
}
