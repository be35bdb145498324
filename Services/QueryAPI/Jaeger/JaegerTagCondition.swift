/// A tag of a search, as a condition over the table of spans.
///
/// What Jaeger has as tags is in columns in part: those are looked at there.
enum JaegerTagCondition {
    /// Appends `AND` and the condition.
    static func append(_ key: String, _ value: String, to condition: inout BoundSQL) throws(QueryFailure) {
        switch key {
        case "error" where value == "true":
            condition.append("AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')")
        case "error" where value == "false":
            condition.append("AND StatusCode NOT IN ('Error', 'STATUS_CODE_ERROR')")
        case "span.kind":
            guard let spellings = StoredSpan.spellings(ofKind: value) else {
                return condition.append("AND 1 = 0")
            }
            condition.append("AND has(")
            try condition.bind(spellings)
            condition.append(", toString(SpanKind))")
        case "otel.status_code":
            switch value.uppercased() {
            case "ERROR": condition.append("AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')")
            case "OK": condition.append("AND StatusCode IN ('Ok', 'STATUS_CODE_OK')")
            case "UNSET": condition.append("AND StatusCode IN ('', 'Unset', 'STATUS_CODE_UNSET')")
            default: condition.append("AND 1 = 0")
            }
        case "otel.status_description": try equal("StatusMessage", value, &condition)
        case "otel.scope.name", "otel.library.name": try equal("ScopeName", value, &condition)
        case "otel.scope.version", "otel.library.version": try equal("ScopeVersion", value, &condition)
        case "w3c.tracestate": try equal("TraceState", value, &condition)
        case "service.name": try equal("ServiceName", value, &condition)
        default:
            // An absent key equals an empty text in the maps, and is none.
            condition.append("AND (SpanAttributes[")
            try condition.bind(key)
            condition.append("] =")
            try condition.bind(value)
            condition.append(value.isEmpty ? "AND mapContains(SpanAttributes," : "OR ResourceAttributes[")
            try condition.bind(key)
            guard value.isEmpty else {
                condition.append("] =")
                try condition.bind(value)
                return condition.append(")")
            }
            condition.append("))")
        }
    }

    private static func equal(_ column: SQL, _ value: String, _ condition: inout BoundSQL) throws(QueryFailure) {
        condition.append("AND" + column + "=")
        try condition.bind(value)
    }
}
