import TraceQL

/// A search by tags and durations, as a query of TraceQL.
enum TempoTagSearch {
    private static let mostTags = 16

    /// - Parameters:
    ///   - tags: logfmt, `service.name=cart http.route="/a b"`: all on one span or its resource.
    ///   - shortest: Of the whole trace, in nanoseconds.
    ///   - longest: Of the whole trace, in nanoseconds.
    static func query(tags: String?, shortest: Int64?, longest: Int64?) throws(QueryFailure) -> TraceQuery {
        var conditions: [FieldExpression] = []
        for (key, value) in try pairs(tags ?? "") { conditions.append(try condition(key, value)) }
        guard conditions.count <= mostTags else {
            throw .invalid("invalid parameter \"tags\": a search may have \(mostTags) tags")
        }
        if let shortest {
            conditions.append(.comparison(.intrinsic(.traceDuration), .greaterOrEqual, .duration(shortest)))
        }
        if let longest {
            if let shortest, longest < shortest {
                throw .invalid("invalid parameter \"maxDuration\": it must not be less than minDuration")
            }
            conditions.append(.comparison(.intrinsic(.traceDuration), .lessOrEqual, .duration(longest)))
        }
        guard let first = conditions.first else { return TraceQuery(.filter(nil)) }
        return TraceQuery(.filter(conditions.dropFirst().reduce(first) { .and($0, $1) }))
    }

    private static func condition(_ key: String, _ value: String) throws(QueryFailure) -> FieldExpression {
        switch key {
        case "name": return .comparison(.intrinsic(.name), .equal, .text(value))
        case "root.name": return .comparison(.intrinsic(.rootName), .equal, .text(value))
        case "root.service.name": return .comparison(.intrinsic(.rootServiceName), .equal, .text(value))
        case "error":
            guard value == "true" || value == "false" else { break }
            return .comparison(.intrinsic(.status), value == "true" ? .equal : .notEqual, .status(.error))
        case "status", "status.code":
            guard let word = SpanStatusWord(rawValue: value) else {
                throw .invalid("invalid parameter \"tags\": \(key) is one of error, ok and unset")
            }
            return .comparison(.intrinsic(.status), .equal, .status(word))
        default: break
        }
        return .comparison(.attribute(.any, key), .equal, .text(value))
    }

    /// The pairs of a text in logfmt.
    static func pairs(_ text: String) throws(QueryFailure) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard !rest.isEmpty else { return pairs }
            let key = rest.prefix { $0 != "=" && $0 != " " && $0 != "\"" }
            rest = rest[key.endIndex...]
            guard !key.isEmpty, rest.first == "=" else {
                throw .invalid("invalid parameter \"tags\": it is not logfmt, such as key=value other=\"two words\"")
            }
            rest.removeFirst()
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                var isClosed = false
                while let character = rest.popFirst() {
                    if character == "\"" {
                        isClosed = true
                        break
                    }
                    if character == "\\", let escaped = rest.popFirst() {
                        value.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
                    } else {
                        value.append(character)
                    }
                }
                guard isClosed else { throw .invalid("invalid parameter \"tags\": a quotation mark is not closed") }
            } else {
                value = String(rest.prefix { $0 != " " })
                rest = rest.dropFirst(value.count)
            }
            pairs.append((String(key), value))
        }
    }
}
