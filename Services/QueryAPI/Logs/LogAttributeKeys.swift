/// The keys of attributes that records of a time have, by the labels that they become: several keys may become one.
struct LogAttributeKeys: Sendable {
    private(set) var log: [String: [String]] = [:]
    private(set) var scope: [String: [String]] = [:]
    private(set) var resource: [String: [String]] = [:]

    /// Nothing is known, and nothing need be.
    static let none = LogAttributeKeys()

    private init() {}

    /// Reads the keys of the records that satisfy a condition, those that become the labels of some names.
    init(
        of names: Set<String>,
        from database: TelemetryDatabase,
        where condition: BoundSQL,
        in span: NanosecondSpan,
        within budget: ReadBudget?
    ) async throws {
        if names.count <= Self.mostNames, names.allSatisfy(Self.isKeyItself) {
            try await readPresence(of: names.sorted(), from: database, where: condition, in: span, within: budget)
            return
        }
        // Keys are told apart while they are numbers of a dictionary, before they are texts.
        var statement = BoundSQL("SELECT")
        let maps: [SQL] = ["LogAttributes.keys", "ScopeAttributes.keys", "ResourceAttributes.keys"]
        for (index, map) in maps.enumerated() {
            if index > 0 { statement.append(",") }
            statement.append("(SELECT groupArray(toString(key)) FROM (SELECT DISTINCT arrayJoin(")
            statement.append(map)
            statement.append(") AS key FROM otel_logs")
            statement.append(LogConditionSQL.time)
            statement.append(condition)
            statement.append("LIMIT 20000))")
        }
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

    /// So many names are looked for one by one.
    private static let mostNames = 8

    /// Whether a label can come of one key alone, which is its name: whatever is no letter and no digit in a key becomes an
    /// underscore.
    private static func isKeyItself(_ name: String) -> Bool {
        PrometheusNames.label(name) == name && !name.isEmpty && !name.utf8.contains(UInt8(ascii: "_"))
    }

    /// Asks whether any record has such keys: the table has an index that mostly knows that none has.
    private mutating func readPresence(
        of names: [String],
        from database: TelemetryDatabase,
        where condition: BoundSQL,
        in span: NanosecondSpan,
        within budget: ReadBudget?
    ) async throws {
        var statement = BoundSQL("SELECT [toUInt64(0)", prefix: "k")
        for name in names {
            for map: SQL in ["LogAttributes", "ScopeAttributes", "ResourceAttributes"] {
                statement.append(", (SELECT count() FROM (SELECT 1 FROM otel_logs")
                statement.append(LogConditionSQL.time)
                statement.append(condition)
                statement.append("AND mapContains(")
                statement.append(map)
                statement.append(",")
                try statement.bind(name)
                statement.append(") LIMIT 1))")
            }
        }
        statement.append("]")
        var rows = try await database.rows(
            statement.sql,
            statement.parameters.merging(span.parameters) { $1 },
            within: budget
        )
        let found = try rows.array { try $0.number(UInt64.self) > 0 }
        for (index, name) in names.enumerated() {
            if found[1 + 3 * index] { log[name] = [name] }
            if found[2 + 3 * index] { scope[name] = [name] }
            if found[3 + 3 * index] { resource[name] = [name] }
        }
    }

    private static func byLabel(_ keys: [String]) -> [String: [String]] {
        Dictionary(grouping: keys.sorted(), by: LogLabelNames.metadata)
    }

    /// What of an attribute's label there is, for lists of labels.
    var names: Set<String> {
        Set(log.keys).union(scope.keys).union(resource.keys)
    }
}
