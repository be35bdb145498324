import LinearRegex
import PromQL

extension Reading {
    /// What stands between operators.
    mutating func readPrimary() throws(LogQLParseError) -> Branch {
        switch token.kind {
        case .symbol(.leftBrace): return Branch(query: .log(try readSelector()), depth: 1)
        case .symbol(.leftParenthesis):
            try advance()
            let inner = try readExpression()
            try expect(.rightParenthesis)
            guard case .metric(let expression) = inner.query else { return inner }
            return Branch(query: .metric(.parentheses(expression)), depth: try deeper(inner.depth))
        case .quantity, .symbol(.add), .symbol(.subtract):
            return Branch(query: .metric(.number(try readNumber())), depth: 1)
        case .word: return try readCall()
        default: throw unexpected()
        }
    }

    private mutating func readCall() throws(LogQLParseError) -> Branch {
        if let operation = RangeOperation(rawValue: token.text) {
            return Branch(query: .metric(.range(try readRange(operation))), depth: 1)
        }
        if let operation = VectorOperation(rawValue: token.text) { return try readAggregation(operation) }
        switch token.text {
        case "label_replace": return try readLabelReplace()
        case "vector":
            try advance()
            try expect(.leftParenthesis)
            let number = try readNumber()
            try expect(.rightParenthesis)
            return Branch(query: .metric(.vector(number)), depth: 1)
        case "label_join", "quantile", "count_values", "group", "increase", "variants":
            throw fault("\(token.text) is not supported", at: token.start)
        default: throw unexpected(expected: "a selector such as {service_name=\"shop\"} or a function")
        }
    }

    private mutating func readMetric(in function: String) throws(LogQLParseError) -> (MetricExpression, depth: Int) {
        let start = token.start
        let branch = try readExpression()
        guard case .metric(let expression) = branch.query else {
            throw fault("\(function) needs numbers, and this gives lines: count them first", at: start)
        }
        return (expression, branch.depth)
    }

    private mutating func readGrouping() throws(LogQLParseError) -> Grouping? {
        guard token.isWord("by") || token.isWord("without") else { return nil }
        let isWithout = try advance().text == "without"
        return Grouping(labels: try readNames(), isWithout: isWithout)
    }

    private mutating func readAggregation(_ operation: VectorOperation) throws(LogQLParseError) -> Branch {
        let name = try advance()
        var grouping = try readGrouping()
        try expect(.leftParenthesis)
        var parameter: Double?
        if operation.hasParameter {
            let start = token.start
            let number = try readNumber()
            guard number >= 1, number == number.rounded(), number < 1e9 else {
                throw fault(
                    "invalid parameter for operation \(name.text): it must be a whole number above 0",
                    at: start
                )
            }
            parameter = number
            try expect(.comma)
        }
        let (expression, depth) = try readMetric(in: name.text)
        try expect(.rightParenthesis)
        if grouping == nil { grouping = try readGrouping() }
        if grouping != nil, operation == .sort || operation == .sortDescending {
            throw fault("sort and sort_desc doesn't allow grouping by", at: name.start)
        }
        let aggregation = VectorAggregation(
            operation: operation,
            parameter: parameter,
            expression: expression,
            grouping: grouping
        )
        return Branch(query: .metric(.aggregation(aggregation)), depth: try deeper(depth))
    }

    private mutating func readLabelReplace() throws(LogQLParseError) -> Branch {
        let name = try advance()
        try expect(.leftParenthesis)
        let (expression, depth) = try readMetric(in: name.text)
        var texts: [String] = []
        var lastStart = token.start
        for _ in 0..<4 {
            try expect(.comma)
            lastStart = token.start
            texts.append(try readText())
        }
        try expect(.rightParenthesis)
        do throws(LinearRegexError) { _ = try LinearRegex(texts[3]) } catch {
            throw fault("invalid regex in label_replace: \(error)", at: lastStart)
        }
        guard LabelNames.isName(texts[0]) else {
            throw fault("invalid destination label name in label_replace: \(Quoting.quote(texts[0]))", at: name.start)
        }
        let replacement = LabelReplacement(
            expression: expression,
            target: texts[0],
            replacement: texts[1],
            source: texts[2],
            pattern: texts[3]
        )
        return Branch(query: .metric(.labelReplace(replacement)), depth: try deeper(depth))
    }

    // MARK: - Lines of a time

    /// The parts of what an aggregation over time is given, which may stand in several orders.
    private struct RangeParts {
        var selector: LogSelector
        var unwrap: Unwrap?
        var range: Int64?
        var offset: Int64 = 0
    }

    private mutating func readRange(_ operation: RangeOperation) throws(LogQLParseError) -> RangeAggregation {
        let name = try advance()
        try expect(.leftParenthesis)
        var parameter: Double?
        if operation == .quantileOverTime {
            parameter = try readNumber()
            try expect(.comma)
        }
        let parts = try readRangeParts()
        guard let range = parts.range else { throw unexpected(expected: "a range such as [5m]") }
        try expect(.rightParenthesis)
        let grouping = try readGrouping()
        if grouping != nil, !operation.takesGrouping {
            throw fault("grouping not allowed for \(operation.rawValue) aggregation", at: name.start)
        }
        if parts.unwrap != nil, !operation.takesValues {
            throw fault("invalid aggregation \(operation.rawValue) with unwrap", at: name.start)
        }
        if parts.unwrap == nil, !operation.takesLines {
            throw fault("invalid aggregation \(operation.rawValue) without unwrap", at: name.start)
        }
        return RangeAggregation(
            operation: operation,
            parameter: parameter,
            selector: parts.selector,
            unwrap: parts.unwrap,
            range: range,
            offset: parts.offset,
            grouping: grouping
        )
    }

    private mutating func readRangeParts() throws(LogQLParseError) -> RangeParts {
        var parts: RangeParts
        if token.kind == .symbol(.leftParenthesis) {
            try advance()
            parts = try nested { (reading) throws(LogQLParseError) in try reading.readRangeParts() }
            try expect(.rightParenthesis)
        } else {
            parts = RangeParts(selector: LogSelector(matchers: try readMatchers()))
        }
        while true {
            if token.kind == .symbol(.leftBracket) {
                guard parts.range == nil else { throw unexpected() }
                parts.range = try readBracketedRange()
                if try take(word: "offset") { parts.offset = try readOffset() }
            } else if token.kind == .symbol(.pipe) || startsLineFilter {
                try readStage(into: &parts)
            } else {
                return parts
            }
        }
    }

    private mutating func readStage(into parts: inout RangeParts) throws(LogQLParseError) {
        let start = token.start
        let isFilter = startsLineFilter
        if !isFilter {
            try advance()
            if token.isWord("unwrap") {
                guard parts.unwrap == nil else { throw unexpected() }
                parts.unwrap = try readUnwrap()
                return
            }
        }
        guard parts.unwrap != nil else {
            if isFilter {
                parts.selector.add(try readLineFilter())
            } else {
                parts.selector.stages.append(try readStage())
            }
            return
        }
        guard !isFilter, case .label(let filter) = try readStage() else {
            throw fault("only conditions on labels may follow unwrap", at: start)
        }
        parts.unwrap?.filters.append(filter)
    }

    private mutating func readUnwrap() throws(LogQLParseError) -> Unwrap {
        try advance()
        let name = try readName()
        guard token.kind == .symbol(.leftParenthesis) else { return Unwrap(label: name, conversion: nil, filters: []) }
        guard let conversion = Unwrap.Conversion(rawValue: name) else {
            throw fault(
                "unwrap has no conversion \(name): there are duration, duration_seconds and bytes",
                at: token.start
            )
        }
        try advance()
        let label = try readName()
        try expect(.rightParenthesis)
        return Unwrap(label: label, conversion: conversion, filters: [])
    }

    private mutating func readBracketedRange() throws(LogQLParseError) -> Int64 {
        let (text, start) = try readBracketed()
        let trimmed = text.filter { $0 != " " }
        guard let nanoseconds = LogQLDuration.nanoseconds(trimmed), nanoseconds >= 1, nanoseconds < Self.longest else {
            throw fault("not a valid duration string: \(Quoting.quote(text))", at: start)
        }
        return nanoseconds
    }

    /// Nanoseconds, so that a range and an offset together stay within 64 bits.
    private static let longest: Int64 = 9_000_000_000_000_000_000

    private mutating func readOffset() throws(LogQLParseError) -> Int64 {
        let isNegative = try take(.subtract)
        guard token.kind == .quantity, let nanoseconds = LogQLDuration.nanoseconds(token.text),
            nanoseconds < Self.longest
        else { throw unexpected(expected: "a duration such as 5m") }
        try advance()
        return isNegative ? -nanoseconds : nanoseconds
    }
}

extension LogSelector {
    /// Adds a condition on the line that stands behind the range. Behind `drop` or `keep` it would be read as a condition
    /// on their last label: it goes before them, which makes no difference to a line.
    fileprivate mutating func add(_ filter: LineFilter) {
        var index = stages.endIndex
        if filter.operation == .excludes || filter.operation == .doesNotMatch {
            while index > 0, stages[index - 1].endsWithBareLabel { index -= 1 }
        }
        stages.insert(.line(filter), at: index)
    }
}

extension Stage {
    fileprivate var endsWithBareLabel: Bool {
        switch self {
        case .drop(let choices), .keep(let choices): choices.last?.matcher == nil
        default: false
        }
    }
}
