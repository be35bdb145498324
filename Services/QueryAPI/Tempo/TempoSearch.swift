import ClickHouseHTTP
import TraceQL

/// Finds the traces that a query of TraceQL means, with their spans that it means.
///
/// What filters and figures say is asked of ClickHouse. How spans stand to one another is found here, trace by trace, on
/// candidates that have spans for every filter that they need.
struct TempoSearch: Sendable {
    /// A trace that was found.
    struct Trace: Sendable {
        let traceID: String
        let spans: [MatchedSpan]
    }

    /// So many candidates are looked at for one answer, where ClickHouse alone cannot tell.
    static let mostCandidates = 2_000
    private static let candidatesAtOnce = 200
    /// So many traces are read by one statement.
    private static let tracesAtOnce = 100
    private static let mostFields = 64
    private static let knownIDs: SQL = "{ids:Array(String)}"

    private let query: TraceQuery
    private let span: NanosecondSpan
    /// The fields that the answer has of each span.
    let fields: [Field]
    private var conditions: SpanConditions
    private let filters: [SQL]
    /// The filters where the traces are known already.
    private let filtersOfKnown: [SQL]
    private let values: [SQL]
    private let any: SQL
    private let anyOfKnown: SQL
    /// What `HAVING` says.
    private let having: SQL
    /// Whether it says all.
    private let isExact: Bool

    /// - Throws: ``QueryFailure/invalid(_:)`` for what cannot be searched.
    init(_ query: TraceQuery, in span: NanosecondSpan) throws(QueryFailure) {
        guard query.metric == nil else {
            throw .invalid("a query with a metric is asked at /api/metrics/query_range, not at /api/search")
        }
        self.query = query
        self.span = span
        fields = Self.fields(of: query)
        guard fields.count <= Self.mostFields else {
            throw .invalid("the query names more than \(Self.mostFields) fields")
        }
        conditions = try SpanConditions(in: span)
        var filters: [SQL] = []
        var filtersOfKnown: [SQL] = []
        for filter in query.spans.filters {
            // With several filters a span may be outside of the range, in a trace that the others chose.
            guard let filter, filter.asksForTraceDuration, query.spans.filters.count == 1 else {
                filters.append(try conditions.condition(filter))
                filtersOfKnown.append(filters[filters.count - 1])
                continue
            }
            let spans: SQL = "SELECT TraceId FROM otel_traces WHERE"
            let chosen = spans + TraceSearch.range + "AND" + (try conditions.condition(filter.ofSpansAlone))
            conditions.tracesOfInterest = SpanConditions.traces(among: chosen)
            filters.append(try conditions.condition(filter))
            conditions.tracesOfInterest = SpanConditions.traces(among: Self.knownIDs)
            filtersOfKnown.append(try conditions.condition(filter))
            conditions.tracesOfInterest = nil
        }
        (self.filters, self.filtersOfKnown) = (filters, filtersOfKnown)
        var values: [SQL] = []
        for field in fields { values.append(try conditions.text(of: field)) }
        self.values = values
        any = filters.dropFirst().reduce(filters[0]) { $0 + "OR" + $1 }
        anyOfKnown = filtersOfKnown.dropFirst().reduce(filtersOfKnown[0]) { $0 + "OR" + $1 }
        isExact = query.spans.isUniform
        var position = 0
        var having = Self.having(query.spans, filters, &position)
        if isExact {
            for case .aggregate(let aggregate, let operation, let value) in query.stages {
                let figure = try conditions.figure(aggregate)
                having = having + "AND" + (try conditions.comparison(figure, operation, value.numeric ?? 0))
            }
        }
        self.having = having
    }

    private static func fields(of query: TraceQuery) -> [Field] {
        var fields: [Field] = []
        func add(_ field: Field) {
            if !fields.contains(field) { fields.append(field) }
        }
        func visit(_ filter: FieldExpression) {
            switch filter {
            case .constant: break
            case .not(let inner): visit(inner)
            case .and(let left, let right), .or(let left, let right):
                visit(left)
                visit(right)
            case .comparison(let field, _, _):
                switch field {
                case .attribute(.event, _), .attribute(.link, _): break
                case .attribute, .intrinsic(.status), .intrinsic(.statusMessage), .intrinsic(.kind): add(field)
                default: break
                }
            }
        }
        for case let filter? in query.spans.filters { visit(filter) }
        for stage in query.stages {
            switch stage {
            case .select(let selected): selected.forEach(add)
            case .aggregate(let aggregate, _, _): if let field = aggregate.field { add(field) }
            }
        }
        return fields
    }

    /// Which filters a trace must satisfy somewhere.
    private static func having(_ expression: SpansetExpression, _ filters: [SQL], _ position: inout Int) -> SQL {
        let start: SQL = "("
        switch expression {
        case .filter:
            defer { position += 1 }
            let count: SQL = "countIf("
            return count + filters[position] + ") > 0"
        case .combined(let left, let operation, let right):
            let left = having(left, filters, &position)
            let right = having(right, filters, &position)
            switch operation {
            case .or: return start + left + "OR" + right + ")"
            case .structural(_, .negated): return right
            case .and, .structural: return start + left + "AND" + right + ")"
            }
        }
    }

    // MARK: - Running

    /// The newest traces.
    ///
    /// - Throws: ``QueryFailure/tooMuch(_:)`` where too many candidates are none.
    func run(_ limit: Int, _ database: TelemetryDatabase) async throws -> [Trace] {
        guard limit > 0, !span.isEmpty else { return [] }
        if query.spans.filters.count == 1, !query.hasAggregates {
            let ids = try await TraceSearch(database: database).newest(limit, where: conditions.with(any), in: span)
            return try await traces(ids, database)
        }
        if isExact { return try await traces(try await candidates(limit, from: 0, database), database) }
        var found: [Trace] = []
        for start in stride(from: 0, to: Self.mostCandidates, by: Self.candidatesAtOnce) {
            let ids = try await candidates(Self.candidatesAtOnce, from: start, database)
            found += try await traces(ids, database)
            if found.count >= limit { return Array(found.prefix(limit)) }
            if ids.count < Self.candidatesAtOnce { return found }
        }
        throw QueryFailure.tooMuch(
            "the query has more than \(Self.mostCandidates) candidates and too few answers: ask for a shorter range"
        )
    }

    private func candidates(_ limit: Int, from offset: Int, _ database: TelemetryDatabase) async throws -> [String] {
        let start: SQL = "SELECT TraceId FROM otel_traces WHERE TraceId != '' AND"
        let statement = conditions.with(
            start + TraceSearch.range + "AND (" + any + ") GROUP BY TraceId HAVING" + having
                + "ORDER BY max(Timestamp) DESC, TraceId LIMIT {limit:UInt64} OFFSET {offset:UInt64}"
        )
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["limit"] = ClickHouseParameter(limit)
        parameters["offset"] = ClickHouseParameter(offset)
        var rows = try await database.rows(statement.sql, parameters)
        var ids: [String] = []
        while !rows.isAtEnd { ids.append(try rows.text()) }
        return ids
    }

    /// What the query means of traces, in the order of their ids.
    private func traces(_ ids: [String], _ database: TelemetryDatabase) async throws -> [Trace] {
        var traces: [Trace] = []
        for start in stride(from: 0, to: ids.count, by: Self.tracesAtOnce) {
            traces += try await read(Array(ids[start..<min(start + Self.tracesAtOnce, ids.count)]), database)
        }
        return traces
    }

    private func read(_ ids: [String], _ database: TelemetryDatabase) async throws -> [Trace] {
        let start: SQL = """
            SELECT TraceId, SpanId, ParentSpanId, toString(SpanName), toUnixTimestamp64Nano(Timestamp), Duration, [
            """
        let flags = filtersOfKnown.dropFirst().reduce(Self.flag(filtersOfKnown[0])) { $0 + "," + Self.flag($1) }
        var sql = start + flags + "], [''"
        for value in values { sql = sql + "," + value }
        sql = sql + "] FROM otel_traces WHERE" + SpanConditions.traces(among: Self.knownIDs) + "AND"
        // The relatives of a span may be outside of the range.
        if isExact {
            sql =
                sql
                    + """
                    Timestamp >= fromUnixTimestamp64Nano({from:Int64})
                    AND Timestamp <= fromUnixTimestamp64Nano({through:Int64}) AND (
                    """ + anyOfKnown + ")"
        } else {
            sql = sql + conditions.wideRange
        }
        let statement = conditions.with(sql + "ORDER BY TraceId, Timestamp, SpanId")
        var parameters = statement.parameters.merging(span.parameters) { $1 }
        parameters["ids"] = ClickHouseParameter(ids)
        var rows = try await database.rows(statement.sql, parameters)
        var found: [String: [MatchedSpan]] = [:]
        var trace: [MatchedSpan] = []
        func finish() {
            guard let id = trace.first?.traceID else { return }
            let spans = self.spans(of: trace)
            if !spans.isEmpty { found[id] = spans }
            trace.removeAll(keepingCapacity: true)
        }
        while !rows.isAtEnd {
            let span = try MatchedSpan(&rows)
            if let last = trace.last, last.traceID != span.traceID { finish() }
            trace.append(span)
        }
        finish()
        return ids.compactMap { id in found[id].map { Trace(traceID: id, spans: $0) } }
    }

    private static func flag(_ filter: SQL) -> SQL {
        let start: SQL = "toUInt8("
        return start + filter + ")"
    }

    private func spans(of trace: [MatchedSpan]) -> [MatchedSpan] {
        guard !isExact else { return trace }
        let spans = SpansetEvaluation(trace).result(of: query.spans).map { trace[$0] }
        for case .aggregate(let aggregate, let operation, let value) in query.stages {
            guard let figure = self.figure(aggregate, of: spans), operation.holds(figure, value.numeric ?? 0) else {
                return []
            }
        }
        return spans
    }

    private func figure(_ aggregate: Aggregate, of spans: [MatchedSpan]) -> Double? {
        guard let field = aggregate.field else { return Double(spans.count) }
        guard let index = fields.firstIndex(of: field) else { return nil }
        let numbers = spans.compactMap { Double($0.values[index]) }
        guard !numbers.isEmpty else { return nil }
        switch aggregate {
        case .count: return Double(spans.count)
        case .average: return numbers.reduce(0, +) / Double(numbers.count)
        case .minimum: return numbers.min()
        case .maximum: return numbers.max()
        case .sum: return numbers.reduce(0, +)
        }
    }
}

extension SpanConditions {
    /// One value of all rows.
    fileprivate mutating func figure(_ aggregate: Aggregate) throws(QueryFailure) -> SQL {
        guard let field = aggregate.field else { return "count()" }
        let function: SQL =
            switch aggregate {
            case .count: ""
            case .average: "avg("
            case .minimum: "min("
            case .maximum: "max("
            case .sum: "sum("
            }
        return function + (try number(of: field)) + ")"
    }
}

extension TraceQuery {
    fileprivate var hasAggregates: Bool {
        stages.contains {
            if case .aggregate = $0 { true } else { false }
        }
    }
}

extension SpansetExpression {
    /// Whether all that satisfies one of the filters is in the answer, once the trace is.
    fileprivate var isUniform: Bool { isMade(of: .and) || isMade(of: .or) }

    private func isMade(of operation: SpansetOperator) -> Bool {
        switch self {
        case .filter: true
        case .combined(let left, let own, let right):
            own == operation && left.isMade(of: operation) && right.isMade(of: operation)
        }
    }
}

extension ComparisonOperator {
    fileprivate func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .matches, .matchesNot: false
        }
    }
}
