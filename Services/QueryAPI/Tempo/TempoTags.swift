import ClickHouseHTTP
import TraceQL

/// The names of tags and their values, for who writes a query.
struct TempoTags: Sendable {
    /// A value with Tempo's word for its type.
    struct Value: Sendable, Hashable {
        let type: String
        let text: String
    }

    /// The scopes that have names, with their words.
    static let scopes = ["span", "resource", "event", "link", "instrumentation", "intrinsic"]
    /// The names of all intrinsics.
    static let intrinsics = [
        "duration", "event:name", "instrumentation:name", "instrumentation:version", "kind", "link:spanID",
        "link:traceID", "name", "nestedSetParent", "rootName", "rootServiceName", "span:id", "span:parentID", "status",
        "statusMessage", "trace:id", "traceDuration",
    ]

    private let span: NanosecondSpan
    private var conditions: SpanConditions
    private let condition: SQL

    /// - Parameters:
    ///   - query: What is written so far: spans that satisfy the parts of it that can be read are looked at.
    init(_ query: String?, in span: NanosecondSpan) throws(QueryFailure) {
        self.span = span
        conditions = try SpanConditions(in: span)
        condition = try conditions.condition(query.flatMap(Self.filter))
    }

    /// The filter of a query, or the parts of it that are complete: `{ status = error && resource.x = }` is asked for
    /// while somebody writes.
    static func filter(_ query: String) -> FieldExpression? {
        if let whole = try? TraceQuery(parsing: query) {
            guard case .filter(let filter) = whole.spans else { return nil }
            return filter
        }
        let inner = query.drop { $0 != "{" }.dropFirst().prefix { $0 != "}" }
        // Parts of an alternative would narrow what is found.
        guard !inner.contains("||") else { return nil }
        var filter: FieldExpression?
        for part in String(inner).split(separator: "&&").prefix(32) {
            guard let piece = try? TraceQuery(parsing: "{\(part)}"), case .filter(let more?) = piece.spans else {
                continue
            }
            filter = filter.map { .and($0, more) } ?? more
        }
        return filter
    }

    private func rows(
        _ select: SQL,
        _ conditions: SpanConditions,
        _ more: SQL,
        _ end: SQL,
        _ limit: Int,
        _ database: TelemetryDatabase
    ) async throws -> RowBinaryReader {
        let range: SQL = """
            FROM otel_traces
            WHERE Timestamp >= fromUnixTimestamp64Nano({from:Int64})
              AND Timestamp <= fromUnixTimestamp64Nano({through:Int64}) AND
            """
        let statement = conditions.with(select + range + condition + "AND (" + more + ")" + end)
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["limit"] = ClickHouseParameter(limit)
        return try await database.rows(statement.sql, parameters)
    }

    /// The names in a scope, at most so many.
    ///
    /// Keys are told apart while they are what the table stores of them, numbers of a dictionary: as texts, each of the
    /// hundred million keys of a day would be looked at by itself.
    func names(in scope: String, _ limit: Int, _ database: TelemetryDatabase) async throws -> [String] {
        let keys: SQL
        switch scope {
        case "span": keys = "SELECT toString(key) AS name FROM (SELECT DISTINCT arrayJoin(SpanAttributes.keys) AS key"
        case "resource":
            keys = """
                SELECT DISTINCT arrayJoin(['service.name', toString(key)]) AS name
                FROM (SELECT DISTINCT arrayJoin(ResourceAttributes.keys) AS key
                """
        case "event":
            keys = """
                SELECT toString(key) AS name
                FROM (SELECT DISTINCT arrayJoin(arrayJoin(`Events.Attributes`.keys)) AS key
                """
        case "link":
            keys = """
                SELECT toString(key) AS name
                FROM (SELECT DISTINCT arrayJoin(arrayJoin(`Links.Attributes`.keys)) AS key
                """
        case "intrinsic": return Array(Self.intrinsics.prefix(limit))
        default: return []
        }
        guard !span.isEmpty else { return [] }
        let names = try await texts(keys, ") ORDER BY name LIMIT {limit:UInt64}", limit, database)
        guard scope == "resource", names.isEmpty else { return names }
        // The name of a service has a column of its own, and may be all that a resource says.
        return try await texts("SELECT 'service.name'", "LIMIT 1", limit, database)
    }

    private func texts(_ select: SQL, _ end: SQL, _ limit: Int, _ database: TelemetryDatabase) async throws -> [String]
    {
        var rows = try await self.rows(select, conditions, "1 = 1", end, limit, database)
        var texts: [String] = []
        while !rows.isAtEnd { texts.append(try rows.text()) }
        return texts
    }

    /// The values of a field, the most frequent first, at most so many.
    func values(of field: Field, _ limit: Int, _ database: TelemetryDatabase) async throws -> [Value] {
        switch field {
        case .intrinsic(.status): return SpanStatusWord.allCases.map { Value(type: "keyword", text: $0.rawValue) }
        case .intrinsic(.kind): return SpanKindWord.allCases.map { Value(type: "keyword", text: $0.rawValue) }
        // Numbers without end, which no list can have.
        case .intrinsic(.duration), .intrinsic(.traceDuration), .intrinsic(.nestedSetParent): return []
        default: break
        }
        guard !span.isEmpty else { return [] }
        var conditions = self.conditions
        var text: SQL
        var exists: SQL = "1 = 1"
        switch field {
        case .intrinsic(.rootName): (text, exists) = ("toString(SpanName)", "ParentSpanId = ''")
        case .intrinsic(.rootServiceName): (text, exists) = ("toString(ServiceName)", "ParentSpanId = ''")
        case .intrinsic(.eventName): text = "toString(arrayJoin(`Events.Name`))"
        case .intrinsic(.linkTraceID): text = "arrayJoin(`Links.TraceId`)"
        case .intrinsic(.linkSpanID): text = "arrayJoin(`Links.SpanId`)"
        case .attribute(.event, let key):
            let start: SQL = "arrayJoin(arrayMap(each -> each["
            text = start + (try conditions.place(key)) + "], `Events.Attributes`))"
        case .attribute(.link, let key):
            let start: SQL = "arrayJoin(arrayMap(each -> each["
            text = start + (try conditions.place(key)) + "], `Links.Attributes`))"
        default:
            text = try conditions.text(of: field)
            exists = try conditions.exists(field)
        }
        let select: SQL = "SELECT"
        var rows = try await self.rows(
            select + text + "AS value",
            conditions,
            exists,
            "GROUP BY value HAVING value != '' ORDER BY count() DESC, value LIMIT {limit:UInt64}",
            limit,
            database
        )
        var values: [Value] = []
        while !rows.isAtEnd {
            let text = try rows.text()
            var isInteger = false
            if case .attribute(_, let key) = field { isInteger = AttributeTypes.integer(text, of: key) != nil }
            values.append(Value(type: isInteger ? "int" : "string", text: text))
        }
        return values
    }
}
