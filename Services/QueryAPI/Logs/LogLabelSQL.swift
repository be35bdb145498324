/// Labels of log records as expressions over columns of `otel_logs`; each is a text, empty where there is none.
struct LogLabelSQL: Sendable {
    /// The keys of attributes that are stored, by the labels that they become.
    let keys: LogAttributeKeys

    /// Appends the expression of a label.
    func append(_ name: String, to sql: inout BoundSQL) throws(QueryFailure) {
        if name == LogLabelNames.service {
            return sql.append("if(ServiceName = '', 'unknown_service', toString(ServiceName))")
        }
        if let attribute = LogLabelNames.attributes[name] {
            sql.append("ResourceAttributes[")
            try sql.bind(attribute)
            return sql.append("]")
        }
        if let column = LogLabelNames.Column(rawValue: name) { return sql.append(Self.expression(of: column)) }
        let places: [(SQL, [String])] = [
            ("nullIf(LogAttributes[", keys.log[name] ?? []), ("nullIf(ScopeAttributes[", keys.scope[name] ?? []),
            ("nullIf(ResourceAttributes[", keys.resource[name] ?? []),
        ]
        sql.append("coalesce(")
        for (opening, keys) in places {
            for key in keys {
                sql.append(opening)
                try sql.bind(key)
                sql.append("], ''),")
            }
        }
        sql.append("'')")
    }

    /// The expression of structured metadata that has a column.
    static func expression(of column: LogLabelNames.Column) -> SQL {
        switch column {
        case .traceID: "TraceId"
        case .spanID: "SpanId"
        case .flags: "if(TraceFlags = 0, '', toString(TraceFlags))"
        case .severityText: "toString(SeverityText)"
        case .severityNumber: "if(SeverityNumber = 0, '', toString(SeverityNumber))"
        case .scopeName: "ScopeName"
        case .scopeVersion: "toString(ScopeVersion)"
        case .eventName: "EventName"
        case .level: LogLevelSQL.expression
        }
    }

    /// Whether a label's value is in a column, or in an attribute whose key is known beforehand.
    static func isKnown(_ name: String) -> Bool {
        name == LogLabelNames.service || LogLabelNames.attributes[name] != nil
            || LogLabelNames.Column(rawValue: name) != nil
    }
}
