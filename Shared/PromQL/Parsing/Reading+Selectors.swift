import LinearRegex

extension Reading {
    /// The conditions of a selector whose name, if it has one, was read already.
    mutating func readSelector(name: String?, from first: Token) throws(ParseError) -> VectorSelector {
        var selector = VectorSelector(name: name, matchers: [], shift: TimeShift(), range: first.range)
        if let name { selector.matchers.append(try matcher(Labels.metricName, .equal, name, at: first.range)) }
        if try take(.leftBrace) {
            let context = "label matching"
            while try !take(.rightBrace) {
                selector.matchers.append(try readMatcher(context))
                if try take(.comma) { continue }
                guard token.kind == .rightBrace else { throw unexpected(in: context, expected: "\",\" or \"}\"") }
            }
        }
        selector.range = range(from: first.range.start)
        // Their order says nothing.
        selector.matchers.sort { Printer.text(of: $0) < Printer.text(of: $1) }
        return selector
    }

    private mutating func readMatcher(_ context: String) throws(ParseError) -> LabelMatcher {
        let first = token
        let name: String
        switch first.kind {
        case .identifier: name = try advance().text
        case .string: name = try readString()
        default: throw unexpected(in: context, expected: "identifier or \"}\"")
        }
        let operation: LabelMatcher.Operation
        switch token.kind {
        case .assign: operation = .equal
        case .binary(.notEqual): operation = .notEqual
        case .matchesRegex: operation = .matches
        case .doesNotMatchRegex: operation = .doesNotMatch
        default:
            // A quoted text alone is the metric's name.
            if first.kind == .string { return try matcher(Labels.metricName, .equal, name, at: first.range) }
            throw unexpected(in: context, expected: "label matching operator")
        }
        try advance()
        guard token.kind == .string else { throw unexpected(in: context, expected: "string") }
        let value = try readString()
        return try matcher(name, operation, value, at: range(from: first.range.start))
    }

    private func matcher(
        _ name: String,
        _ operation: LabelMatcher.Operation,
        _ value: String,
        at range: SourceRange
    ) throws(ParseError) -> LabelMatcher {
        do {
            return try LabelMatcher(name, operation, value)
        } catch {
            throw fault(error.description, at: range)
        }
    }

    // MARK: - Ranges

    /// `[5m]` of a selector, or `[5m:1m]` of anything.
    mutating func readRange(of expression: Expression, from start: Int) throws(ParseError) -> Expression {
        let bracket = try advance().range
        if token.kind == .colon {
            let end = SourceRange(start: token.range.end, end: token.range.end)
            throw fault("unexpected colon before duration in duration expression", at: end)
        }
        let duration = try readDuration(in: "subquery selector")
        if try take(.colon) {
            let step = token.kind == .rightBracket ? nil : try readDuration(in: "subquery selector")
            guard try take(.rightBracket) else { throw unexpected(in: "subquery selector", expected: "\"]\"") }
            return .subquery(
                Subquery(
                    expression: expression,
                    duration: duration,
                    step: step,
                    shift: TimeShift(),
                    sourceRange: range(from: start)
                )
            )
        }
        guard try take(.rightBracket) else {
            throw unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
        }
        guard case .selector(let selector) = expression else {
            throw fault("ranges only allowed for vector selectors", at: bracket)
        }
        if selector.shift.offset != 0 { throw fault("no offset modifiers allowed before range", at: bracket) }
        if selector.shift.anchor != nil { throw fault("no @ modifiers allowed before range", at: bracket) }
        return .rangeSelector(
            RangeSelector(selector: selector, duration: duration, sourceRange: range(from: start))
        )
    }

    /// A length of time greater than 0, in milliseconds.
    private mutating func readDuration(in context: String) throws(ParseError) -> Int64 {
        let start = token.range
        let duration = try readSignedDuration(in: context)
        if case .binary = token.kind { throw notEnabled(at: start) }
        guard duration > 0 else { throw fault("duration must be greater than 0", at: start) }
        return duration
    }

    private func notEnabled(at range: SourceRange) -> ParseError {
        fault("experimental duration expression is not enabled", at: range)
    }

    private mutating func readSignedDuration(in context: String) throws(ParseError) -> Int64 {
        let isNegative = try readSign()
        if try take(.leftParenthesis) { throw notEnabled(at: token.range) }
        guard token.kind == .number || token.kind == .duration else {
            throw unexpected(in: context, expected: "number or duration")
        }
        let range = token.range
        let seconds = try readNumber().value
        do {
            let milliseconds = try DurationFormat.milliseconds(seconds)
            return isNegative ? -milliseconds : milliseconds
        } catch {
            throw fault(error.message, at: range)
        }
    }

    /// Whether there was a minus.
    private mutating func readSign() throws(ParseError) -> Bool {
        if try take(.binary(.subtract)) { return true }
        _ = try take(.binary(.add))
        return false
    }

    // MARK: - Shifts

    mutating func readOffset(of expression: Expression) throws(ParseError) -> Expression {
        try advance()
        let offset = try readSignedDuration(in: "offset")
        return try shifted(expression, by: "offset") { (shift) throws(ParseError) in
            guard shift.offset == 0 else { throw fault("offset may not be set multiple times", at: expression.range) }
            shift.offset = offset
        }
    }

    mutating func readAnchor(of expression: Expression) throws(ParseError) -> Expression {
        try advance()
        let anchor = try readAnchor(at: expression.range)
        return try shifted(expression, by: "@") { (shift) throws(ParseError) in
            guard shift.anchor == nil else {
                throw fault("@ <timestamp> may not be set multiple times", at: expression.range)
            }
            shift.anchor = anchor
        }
    }

    private mutating func readAnchor(at range: SourceRange) throws(ParseError) -> TimeShift.Anchor {
        if case .keyword(let edge) = token.kind, edge == .start || edge == .end {
            try advance()
            guard try take(.leftParenthesis), try take(.rightParenthesis) else {
                throw unexpected(in: "@", expected: "timestamp")
            }
            return edge == .start ? .start : .end
        }
        let isNegative = try readSign()
        guard token.kind == .number || token.kind == .duration else {
            throw unexpected(in: "@", expected: "timestamp")
        }
        let seconds = try readNumber().value * (isNegative ? -1 : 1)
        // As far as milliseconds fit 64 bits.
        guard seconds.magnitude < 9_223_372_036_854_774 else {
            throw fault("timestamp out of bounds for @ modifier: \(NumberFormat.plain(seconds))", at: range)
        }
        return .time(Int64((seconds * 1000).rounded()))
    }

    private func shifted(
        _ expression: Expression,
        by modifier: String,
        _ change: (inout TimeShift) throws(ParseError) -> Void
    ) throws(ParseError) -> Expression {
        switch expression {
        case .selector(var it):
            try change(&it.shift)
            it.range.end = lastEnd
            return .selector(it)
        case .rangeSelector(var it):
            try change(&it.selector.shift)
            it.sourceRange.end = lastEnd
            return .rangeSelector(it)
        case .subquery(var it):
            try change(&it.shift)
            it.sourceRange.end = lastEnd
            return .subquery(it)
        default:
            let selectors = "an instant vector selector or range vector selector or a subquery"
            throw fault("\(modifier) modifier must be preceded by \(selectors)", at: expression.range)
        }
    }
}
