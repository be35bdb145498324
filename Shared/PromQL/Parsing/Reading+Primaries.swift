extension Reading {
    /// What stands between operators, with the ranges and shifts behind it.
    mutating func readPostfixed() throws(ParseError) -> Branch {
        var branch = try readPrimary()
        while true {
            switch token.kind {
            case .leftBracket:
                let start = branch.expression.range.start
                branch = try self.branch(try readRange(of: branch.expression, from: start), over: branch.depth)
            case .keyword(.offset): branch.expression = try readOffset(of: branch.expression)
            case .at: branch.expression = try readAnchor(of: branch.expression)
            default: return branch
            }
        }
    }

    private mutating func readPrimary() throws(ParseError) -> Branch {
        let first = token
        switch first.kind {
        case .number, .duration:
            let (value, isDuration) = try readNumber()
            return Branch(
                expression: .number(NumberLiteral(value: value, isDuration: isDuration, range: first.range)),
                depth: 1
            )
        case .string:
            let text = try readString()
            return Branch(expression: .string(StringLiteral(value: text, range: first.range)), depth: 1)
        case .leftParenthesis: return try readParentheses()
        case .leftBrace: return Branch(expression: .selector(try readSelector(name: nil, from: first)), depth: 1)
        case .identifier:
            try advance()
            return token.kind == .leftParenthesis ? try readCall(of: first) : try selector(named: first)
        case .metricIdentifier:
            try advance()
            return try selector(named: first)
        case .aggregation(let operation):
            try advance()
            switch token.kind {
            case .leftParenthesis, .keyword(.by), .keyword(.without):
                return try readAggregation(operation, from: first.range.start)
            default: return try selector(named: first)
            }
        case .keyword(.offset), .keyword(.by), .keyword(.without), .keyword(.start), .keyword(.end), .binary(.and),
            .binary(.or), .binary(.unless):
            try advance()
            return try selector(named: first)
        default: throw unexpected()
        }
    }

    private mutating func selector(named name: Token) throws(ParseError) -> Branch {
        Branch(expression: .selector(try readSelector(name: name.text, from: name)), depth: 1)
    }

    private mutating func readParentheses() throws(ParseError) -> Branch {
        let start = try advance().range.start
        let inner = try readExpression()
        guard try take(.rightParenthesis) else { throw unexpected() }
        let expression = ParenthesizedExpression(expression: inner.expression, range: range(from: start))
        return try branch(.parentheses(expression), over: inner.depth)
    }

    // MARK: - Numbers

    /// A number, or a duration in seconds.
    mutating func readNumber() throws(ParseError) -> (value: Double, isDuration: Bool) {
        let written = token
        if written.kind == .duration {
            let milliseconds: Int64
            do { milliseconds = try DurationFormat.parse(written.text) } catch {
                throw fault(error.message, at: written.range)
            }
            try advance()
            return (Double(milliseconds) / 1000, true)
        }
        guard let value = Self.number(written.text) else {
            throw fault("error parsing number: \(Quoting.quote(written.text))", at: written.range)
        }
        try advance()
        return (value, false)
    }

    /// Digits behind a zero are octal where they can be, as in C.
    private static func number(_ text: String) -> Double? {
        let digits = text.filter { $0 != "_" }.lowercased()
        if digits == "nan" { return .nan }
        if digits.hasPrefix("0x") { return UInt64(digits.dropFirst(2), radix: 16).map { Double($0) } ?? Double(digits) }
        if digits.count > 1, digits.hasPrefix("0"), let octal = Int64(digits, radix: 8) { return Double(octal) }
        if digits.hasSuffix(".") { return Double(digits + "0") }
        return Double(digits.hasPrefix(".") ? "0" + digits : digits.replacing(".e", with: ".0e"))
    }

    // MARK: - Calls

    private mutating func readCall(of name: Token) throws(ParseError) -> Branch {
        let (arguments, depth) = try readArguments()
        let range = range(from: name.range.start)
        guard let signature = FunctionSignature.named[name.text] else {
            throw fault("unknown function with name \(Quoting.quote(name.text))", at: name.range)
        }
        if signature.isExperimental, !parser.allowsExperimentalFunctions {
            throw fault("function \(Quoting.quote(name.text)) is not enabled", at: name.range)
        }
        let call = FunctionCall(name: name.text, arguments: arguments, range: range)
        return try branch(.call(call), over: depth)
    }

    private mutating func readArguments() throws(ParseError) -> (arguments: [Expression], depth: Int) {
        guard try take(.leftParenthesis) else { throw unexpected() }
        var arguments: [Expression] = []
        var depth = 0
        while try !take(.rightParenthesis) {
            let branch = try readExpression()
            arguments.append(branch.expression)
            depth = max(depth, branch.depth)
            let comma = token
            if try take(.comma) {
                guard token.kind == .rightParenthesis else { continue }
                throw fault("trailing commas not allowed in function call args", at: comma.range)
            }
            guard token.kind == .rightParenthesis else { throw unexpected() }
        }
        return (arguments, depth)
    }

    private mutating func readAggregation(_ operation: AggregationOperator, from start: Int) throws(ParseError)
        -> Branch
    {
        var grouping = try readGrouping()
        var (arguments, depth) = try readArguments()
        if grouping == nil { grouping = try readGrouping() }
        let range = range(from: start)
        if arguments.isEmpty { throw fault("no arguments for aggregate expression provided", at: range) }
        if operation == .limitk || operation == .limitRatio, !parser.allowsExperimentalFunctions {
            let flag = "--enable-feature=promql-experimental-functions"
            throw fault("\(operation.rawValue)() is experimental and must be enabled with \(flag)", at: range)
        }
        let expected = operation.hasParameter ? 2 : 1
        guard arguments.count == expected else {
            let counts = "expected \(expected), got \(arguments.count)"
            throw fault("wrong number of arguments for aggregate expression provided, \(counts)", at: range)
        }
        let aggregation = Aggregation(
            operation: operation,
            parameter: operation.hasParameter ? arguments.removeFirst() : nil,
            expression: arguments.removeFirst(),
            labels: grouping?.labels ?? [],
            isWithout: grouping?.isWithout ?? false,
            range: range
        )
        return try branch(.aggregation(aggregation), over: depth)
    }

    private mutating func readGrouping() throws(ParseError) -> (labels: [String], isWithout: Bool)? {
        let isWithout = token.kind == .keyword(.without)
        guard isWithout || token.kind == .keyword(.by) else { return nil }
        try advance()
        return (try readLabelNames(), isWithout)
    }
}
