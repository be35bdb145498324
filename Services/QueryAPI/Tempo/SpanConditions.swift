import TraceQL

/// Turns conditions of TraceQL into SQL over `otel_traces`, with every name and value of them bound.
///
/// The tables keep the text of an attribute and not its type: what is compared with a number is read as one, and a text
/// that is none equals no number. A condition about an attribute that is not there is false, as in Tempo.
struct SpanConditions {
    /// How far beyond its range the rest of a trace is looked for, in nanoseconds.
    static let margin: Int64 = 3_600_000_000_000

    /// Which traces' durations are of interest, as what follows `AND`; all of the range where there is nothing.
    var tracesOfInterest: SQL?

    private var bound = BoundSQL()
    private let from: SQL
    private let through: SQL

    /// - Parameter span: What is searched.
    init(in span: NanosecondSpan) throws(QueryFailure) {
        let wide = NanosecondSpan(
            from: span.from.subtractingReportingOverflow(Self.margin).partialValue,
            through: span.through.addingReportingOverflow(Self.margin).partialValue
        )
        from = try bound.part { part throws(QueryFailure) in try part.bind(wide.from) }
        through = try bound.part { part throws(QueryFailure) in try part.bind(wide.through) }
    }

    /// A part of a statement with all that was bound so far.
    func with(_ sql: SQL) -> BoundSQL {
        var whole = bound
        whole.append(sql)
        return whole
    }

    /// The range with what is beyond it, as a condition.
    var wideRange: SQL {
        let start: SQL = "Timestamp >= fromUnixTimestamp64Nano("
        return start + from + ") AND Timestamp <= fromUnixTimestamp64Nano(" + through + ")"
    }

    /// The traces that are the results of a statement, as a condition: read from when the first of them began until the
    /// last ended.
    static func traces(among ids: SQL) -> SQL {
        let traces: SQL = "TraceId IN ("
        let times: SQL = "(SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId IN ("
        let first: SQL = "toDateTime(Timestamp) >="
        let last: SQL = "toDateTime(Timestamp) <="
        let span = times + ids + "))"
        return traces + ids + ") AND" + first + span + ".1 AND" + last + span + ".2"
    }

    mutating func place(_ text: String) throws(QueryFailure) -> SQL {
        try bound.part { part throws(QueryFailure) in try part.bind(text) }
    }

    mutating func place(_ number: Double) throws(QueryFailure) -> SQL {
        try bound.part { part throws(QueryFailure) in
            if let whole = Int64(exactly: number) { try part.bind(whole) } else { try part.bind(number) }
        }
    }

    mutating func place(float number: Double) throws(QueryFailure) -> SQL {
        try bound.part { part throws(QueryFailure) in try part.bind(number) }
    }

    // MARK: - Conditions

    /// A filter; every span satisfies none.
    mutating func condition(_ filter: FieldExpression?) throws(QueryFailure) -> SQL {
        switch filter {
        case nil, .constant(true)?: return "(1 = 1)"
        case .constant(false)?: return "(1 = 0)"
        case .and(let left, let right)?: return try join(left, "AND", right)
        case .or(let left, let right)?: return try join(left, "OR", right)
        case .not(let inner)?:
            let start: SQL = "(NOT"
            return start + (try condition(inner)) + ")"
        case .comparison(let field, let operation, let value)?:
            let start: SQL = "("
            return start + (try comparison(field, operation, value)) + ")"
        }
    }

    private mutating func join(
        _ left: FieldExpression,
        _ word: SQL,
        _ right: FieldExpression
    ) throws(QueryFailure) -> SQL {
        let start: SQL = "("
        return start + (try condition(left)) + word + (try condition(right)) + ")"
    }

    private mutating func comparison(
        _ field: Field,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        switch field {
        case .intrinsic(let intrinsic): return try comparison(intrinsic, operation, value)
        case .attribute(.event, let key): return try any("`Events.Attributes`", key, operation, value)
        case .attribute(.link, let key): return try any("`Links.Attributes`", key, operation, value)
        case .attribute(let scope, let key):
            let exists = try self.exists(scope, key)
            let not: SQL = "NOT"
            if value == .nothing { return operation == .equal ? not + exists : exists }
            if scope == .any, operation == .equal, case .text(let text) = value, !text.isEmpty {
                // Said so that the indexes of both maps are of use.
                let place = try self.place(text)
                let name = try self.place(key)
                let start: SQL = "(SpanAttributes["
                return start + name + "] =" + place + "OR (" + (try resourceValue(key)) + "=" + place
                    + "AND NOT mapContains(SpanAttributes," + name + ")))"
            }
            let compared = try compare(try self.value(scope, key), operation, value)
            return Self.impliesExistence(operation, value) ? compared : exists + "AND" + compared
        }
    }

    /// Whether an attribute that is not there, which reads as an empty text, fails a comparison anyway.
    private static func impliesExistence(_ operation: ComparisonOperator, _ value: LiteralValue) -> Bool {
        switch value {
        case .text(let text): operation == .equal && !text.isEmpty
        case .truth: operation == .equal
        default: value.numeric != nil
        }
    }

    /// Whether one of several maps has such an attribute.
    private mutating func any(
        _ maps: SQL,
        _ key: String,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        let name = try place(key)
        let start: SQL = "arrayExists(each -> mapContains(each,"
        guard value != .nothing else {
            let not: SQL = "NOT"
            let exists = start + name + ")," + maps + ")"
            return operation == .equal ? not + exists : exists
        }
        let member: SQL = "each["
        return start + name + ") AND" + (try compare(member + name + "]", operation, value)) + "," + maps + ")"
    }

    private mutating func comparison(
        _ intrinsic: Intrinsic,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        let isNegative = operation == .notEqual
        let not: SQL = "NOT"
        switch (intrinsic, value) {
        case (.status, .status(let word)):
            let condition = Self.status(word)
            return isNegative ? not + condition : condition
        case (.kind, .kind(let word)):
            let spellings = StoredSpan.spellings(ofKind: word.rawValue) ?? []
            let places = try bound.part { part throws(QueryFailure) in try part.bind(spellings) }
            let start: SQL = "has("
            let condition = start + places + ", toString(SpanKind))"
            return isNegative ? not + condition : condition
        case (.duration, _):
            let column: SQL = "Duration"
            return column + Self.symbol(operation) + (try place(value.numeric ?? 0))
        case (.nestedSetParent, _):
            return Field.asksForRoot(operation, value.numeric ?? 0) == true
                ? "ParentSpanId = ''" : "ParentSpanId != ''"
        case (.traceDuration, _):
            let start: SQL = "TraceId IN (SELECT TraceId FROM otel_traces WHERE"
            let ofInterest: SQL = "AND"
            return start + wideRange + (tracesOfInterest.map { ofInterest + $0 } ?? "")
                + """
                GROUP BY TraceId
                HAVING max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)) - min(toUnixTimestamp64Nano(Timestamp))
                """ + Self.symbol(operation) + (try place(value.numeric ?? 0)) + ")"
        case (.rootName, _): return try root("toString(SpanName)", operation, value)
        case (.rootServiceName, _): return try root("toString(ServiceName)", operation, value)
        case (.eventName, _): return try any(of: "`Events.Name`", operation, value)
        case (.linkTraceID, _): return try any(of: "`Links.TraceId`", operation, value)
        case (.linkSpanID, _): return try any(of: "`Links.SpanId`", operation, value)
        default: return try compare(try text(of: .intrinsic(intrinsic)), operation, value)
        }
    }

    private mutating func root(
        _ column: SQL,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        let start: SQL = "TraceId IN (SELECT TraceId FROM otel_traces WHERE"
        return start + wideRange + "AND ParentSpanId = '' AND" + (try compare(column, operation, value)) + ")"
    }

    private mutating func any(
        of texts: SQL,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        let start: SQL = "arrayExists(each ->"
        return start + (try compare("toString(each)", operation, value)) + "," + texts + ")"
    }

    /// A text with a value; never `NULL`.
    private mutating func compare(
        _ text: SQL,
        _ operation: ComparisonOperator,
        _ value: LiteralValue
    ) throws(QueryFailure) -> SQL {
        let start: SQL = "("
        if let number = value.numeric {
            let nullable: SQL = "ifNull(toFloat64OrNull("
            return nullable + text + ")" + Self.symbol(operation) + (try place(float: number)) + ", 0)"
        }
        let word: String
        switch value {
        case .text(let text): word = text
        case .truth(let truth): word = "\(truth)"
        default: throw .invalid("this comparison of TraceQL is not supported")
        }
        switch operation {
        case .matches, .matchesNot:
            // RE2 on both sides: it was compiled when the query was read.
            let match: SQL = operation == .matches ? "match(" : "NOT match("
            return match + text + "," + (try place("^(?s:\(word))$")) + ")"
        default: return start + text + Self.symbol(operation) + (try place(word)) + ")"
        }
    }

    private static func symbol(_ operation: ComparisonOperator) -> SQL {
        switch operation {
        case .equal: "="
        case .notEqual: "!="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .less: "<"
        case .lessOrEqual: "<="
        case .matches, .matchesNot: "="
        }
    }

    /// A comparison of figures, as `HAVING` has it.
    mutating func comparison(
        _ figure: SQL,
        _ operation: ComparisonOperator,
        _ number: Double
    ) throws(QueryFailure) -> SQL {
        let start: SQL = "ifNull(toFloat64("
        return start + figure + ")" + Self.symbol(operation) + (try place(float: number)) + ", 0)"
    }

    private static func status(_ word: SpanStatusWord) -> SQL {
        switch word {
        case .error: "StatusCode IN ('Error', 'STATUS_CODE_ERROR')"
        case .ok: "StatusCode IN ('Ok', 'STATUS_CODE_OK')"
        case .unset: "StatusCode IN ('', 'Unset', 'STATUS_CODE_UNSET')"
        }
    }

    // MARK: - Values

    private mutating func resourceValue(_ key: String) throws(QueryFailure) -> SQL {
        if key == "service.name" { return "toString(ServiceName)" }
        let start: SQL = "ResourceAttributes["
        return start + (try place(key)) + "]"
    }

    private mutating func value(_ scope: AttributeScope, _ key: String) throws(QueryFailure) -> SQL {
        guard scope != .resource else { return try resourceValue(key) }
        let name = try place(key)
        let start: SQL = "SpanAttributes["
        let own = start + name + "]"
        guard scope == .any else { return own }
        let choice: SQL = "if(mapContains(SpanAttributes,"
        return choice + name + ")," + own + "," + (try resourceValue(key)) + ")"
    }

    private mutating func exists(_ scope: AttributeScope, _ key: String) throws(QueryFailure) -> SQL {
        let onSpan: SQL = "mapContains(SpanAttributes,"
        let onResource: SQL = "mapContains(ResourceAttributes,"
        let resource: SQL = key == "service.name" ? "ServiceName != ''" : onResource + (try place(key)) + ")"
        switch scope {
        case .resource: return resource
        case .any:
            let start: SQL = "("
            return start + onSpan + (try place(key)) + ") OR" + resource + ")"
        default: return onSpan + (try place(key)) + ")"
        }
    }

    /// A field as a text, empty where there is none.
    ///
    /// - Throws: ``QueryFailure/invalid(_:)`` for fields of which a span has several or its trace one.
    mutating func text(of field: Field) throws(QueryFailure) -> SQL {
        switch field {
        case .intrinsic(.name): return "toString(SpanName)"
        case .intrinsic(.statusMessage): return "toString(StatusMessage)"
        case .intrinsic(.status):
            return """
                multiIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR'), 'error',
                    StatusCode IN ('Ok', 'STATUS_CODE_OK'), 'ok', 'unset')
                """
        case .intrinsic(.kind):
            return """
                if(SpanKind = '', 'unspecified', lower(replaceOne(toString(SpanKind), 'SPAN_KIND_', '')))
                """
        case .intrinsic(.duration): return "toString(Duration)"
        case .intrinsic(.spanID): return "SpanId"
        case .intrinsic(.parentID): return "ParentSpanId"
        case .intrinsic(.traceID): return "TraceId"
        case .intrinsic(.scopeName): return "ScopeName"
        case .intrinsic(.scopeVersion): return "ScopeVersion"
        case .attribute(.event, _), .attribute(.link, _), .intrinsic:
            throw .invalid("the values of \(field) are not supported: it can be compared in a filter only")
        case .attribute(let scope, let key): return try value(scope, key)
        }
    }

    /// Whether a span has the field.
    mutating func exists(_ field: Field) throws(QueryFailure) -> SQL {
        if case .attribute(let scope, let key) = field, scope != .event, scope != .link {
            return try exists(scope, key)
        }
        return "1 = 1"
    }

    /// A field as a number, `NULL` where it is none; a duration in nanoseconds.
    mutating func number(of field: Field) throws(QueryFailure) -> SQL {
        if field == .intrinsic(.duration) { return "toNullable(toFloat64(Duration))" }
        let start: SQL = "toFloat64OrNull("
        return start + (try text(of: field)) + ")"
    }
}
