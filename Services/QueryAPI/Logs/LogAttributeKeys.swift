/// The keys of attributes that records of a time have, by the labels that they become: several keys may become one.
struct LogAttributeKeys: Sendable {
    private(set) var log: [String: [String]] = [:]
    private(set) var scope: [String: [String]] = [:]
    private(set) var resource: [String: [String]] = [:]

    /// Nothing is known, and nothing need be.
    static let none = LogAttributeKeys()

    private init() {}

    /// Reads the keys of the records that satisfy a condition.
    init(
        from database: TelemetryDatabase,
        where condition: BoundSQL,
        in span: NanosecondSpan,
        within budget: ReadBudget?
    ) async throws {
        var statement = BoundSQL(
            """
            SELECT groupUniqArrayArray(20000)(mapKeys(LogAttributes)), groupUniqArrayArray(20000)(mapKeys(ScopeAttributes)),
                groupUniqArrayArray(20000)(mapKeys(ResourceAttributes))
            FROM otel_logs
            """
        )
        statement.append(LogConditionSQL.time)
        statement.append(condition)
        var rows = try await database.rows(
            statement.sql,
            statement.parameters.merging(span.parameters) { $1 },
            within: budget
        )
        log = Self.byLabel(try rows.array { try $0.text() })
        scope = Self.byLabel(try rows.array { try $0.text() })
        let ofStreams = Set(LogLabelNames.streamAttributes + ["service.name"])
        resource = Self.byLabel(try rows.array { try $0.text() }.filter { !ofStreams.contains($0) })
    }

    private static func byLabel(_ keys: [String]) -> [String: [String]] {
        Dictionary(grouping: keys.sorted(), by: LogLabelNames.metadata)
    }

    /// What of an attribute's label there is, for lists of labels.
    var names: Set<String> {
        Set(log.keys).union(scope.keys).union(resource.keys)
    }
}
