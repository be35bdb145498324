import ClickHouseHTTP
import LogQL
import PromQL

/// Which streams there are, and how much is in them.
struct LogStreamCatalogue: Sendable {
    /// What a stream has in an interval.
    struct Volume: Sendable {
        let labels: Labels
        /// The number of the interval from the start of the span on.
        let interval: Int
        let lines: UInt64
        let bytes: UInt64
        /// In how many steps of five minutes there are any.
        let steps: UInt64
    }

    let database: TelemetryDatabase
    /// How many streams may be read at once.
    let limit: Int

    /// The labels that streams have in a span.
    func labels(_ matchers: [LabelMatcher], in span: NanosecondSpan) async throws -> [String] {
        guard !span.isEmpty else { return [] }
        var condition = LogConditionSQL()
        try condition.add(matchers)
        var statement = BoundSQL("SELECT groupUniqArrayArray(mapKeys(ResourceAttributes)), count() FROM")
        statement.append(try LogStreamTable(span, where: condition.sql).sql)
        var rows = try await database.rows(statement.sql, statement.parameters)
        let keys = Set(try rows.array { try $0.text() })
        guard try rows.number(UInt64.self) > 0 else { return [] }
        let names = LogLabelNames.attributes.filter { keys.contains($0.value) }.map(\.key)
        return (names + [LogLabelNames.service]).sorted()
    }

    /// The values that a label of streams has in a span.
    func values(of name: String, _ matchers: [LabelMatcher], in span: NanosecondSpan) async throws -> [String] {
        let isService = name == LogLabelNames.service
        guard !span.isEmpty, isService || LogLabelNames.attributes[name] != nil else { return [] }
        var condition = LogConditionSQL()
        try condition.add(matchers)
        guard condition.isExact else {
            let volumes = try await volumes(matchers, in: span)
            return Set(volumes.map { $0.labels[name] }.filter { !$0.isEmpty }).sorted()
        }
        var statement = BoundSQL("SELECT DISTINCT")
        try LogLabelSQL(keys: .none).append(name, to: &statement)
        statement.append("AS value FROM")
        statement.append(try LogStreamTable(span, where: condition.sql).sql)
        statement.append("WHERE value != '' ORDER BY value LIMIT {limit:UInt64}")
        var parameters = statement.parameters
        parameters["limit"] = ClickHouseParameter(limit + 1)
        var rows = try await database.rows(statement.sql, parameters)
        var values: [String] = []
        while !rows.isAtEnd { values.append(try rows.text()) }
        guard values.count <= limit else { throw tooMany }
        return values
    }

    private var tooMany: QueryFailure {
        .tooMuch("there are more than \(limit) streams: ask for fewer by their labels, or for a shorter range")
    }

    /// How much each stream has in a span, as a whole or by intervals.
    ///
    /// - Parameters:
    ///   - interval: Nanoseconds from the start of the span on; one interval of all without it.
    ///   - names: The labels that are of interest; `nil` for all. Streams that differ in others may be one then.
    func volumes(
        _ matchers: [LabelMatcher],
        in span: NanosecondSpan,
        by interval: Int64? = nil,
        of names: Set<String>? = nil
    ) async throws -> [Volume] {
        guard !span.isEmpty else { return [] }
        var condition = LogConditionSQL()
        try condition.add(matchers)
        var statement = BoundSQL(
            "SELECT ServiceName, ResourceAttributes, number, sum(Lines), sum(Bytes), uniqExact(Step) FROM"
        )
        let labels = names?.union(matchers.map(\.name))
        statement.append(try LogStreamTable(span, by: interval, of: labels, where: condition.sql).sql)
        statement.append("GROUP BY ServiceName, ResourceAttributes, number LIMIT {limit:UInt64}")
        var parameters = statement.parameters
        parameters["limit"] = ClickHouseParameter(limit + 1)
        var rows = try await database.rows(statement.sql, parameters)
        var testers = matchers.map { ($0.name, $0.tester()) }
        var volumes: [Volume] = []
        var count = 0
        while !rows.isAtEnd {
            let service = try rows.text()
            let labels = LogStreamLabels.labels(service: service, try rows.map()).labels
            let number = try rows.number(Int64.self)
            let volume = Volume(
                labels: labels,
                interval: Int(number),
                lines: try rows.number(UInt64.self),
                bytes: try rows.number(UInt64.self),
                steps: try rows.number(UInt64.self)
            )
            count += 1
            guard count <= limit else { throw tooMany }
            var isWanted = true
            for index in testers.indices where !testers[index].1.matches(labels[testers[index].0]) { isWanted = false }
            if isWanted { volumes.append(volume) }
        }
        return volumes
    }
}
