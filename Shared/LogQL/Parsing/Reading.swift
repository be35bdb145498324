import PromQL

/// A query while it is read.
struct Reading {
    private let maximumDepth: Int
    private var lexer: Lexer
    private(set) var token: Token
    private var nesting = 0

    init(_ query: String, maximumDepth: Int) throws(LogQLParseError) {
        self.maximumDepth = maximumDepth
        lexer = Lexer(query)
        token = try lexer.next()
    }

    mutating func readQuery() throws(LogQLParseError) -> LogQuery {
        if token.kind == .end { throw fault("syntax error: unexpected $end: the query is empty", at: token.start) }
        let query = try readExpression().query
        guard token.kind == .end else { throw unexpected() }
        return query
    }

    // MARK: - Tokens

    /// Moves on to the next token and gives the one before.
    @discardableResult
    mutating func advance() throws(LogQLParseError) -> Token {
        let taken = token
        token = try lexer.next()
        return taken
    }

    mutating func take(_ symbol: Token.Symbol) throws(LogQLParseError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func take(word: String) throws(LogQLParseError) -> Bool {
        guard token.isWord(word) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(LogQLParseError) {
        guard try take(symbol) else { throw unexpected(expected: "\"\(symbol.rawValue)\"") }
    }

    /// What stands between brackets, of which the first was the current token.
    mutating func readBracketed() throws(LogQLParseError) -> (text: String, start: Int) {
        let content = try lexer.bracketed()
        token = try lexer.next()
        return content
    }

    func fault(_ message: String, at start: Int) -> LogQLParseError {
        lexer.fault(message, at: start)
    }

    func unexpected(expected: String = "") -> LogQLParseError {
        let found = token.kind == .end ? "$end" : token.text
        let shown = found.unicodeScalars.count > 40 ? String(found.unicodeScalars.prefix(40)) + "…" : found
        return fault(
            "syntax error: unexpected \(shown)\(expected.isEmpty ? "" : ", expecting \(expected)")",
            at: token.start
        )
    }

    func deeper(_ depth: Int) throws(LogQLParseError) -> Int {
        guard depth < maximumDepth else {
            throw fault("the expression nests too deeply: at most \(maximumDepth) levels are allowed", at: token.start)
        }
        return depth + 1
    }

    /// Reads something a level deeper.
    mutating func nested<Result>(
        _ body: (inout Reading) throws(LogQLParseError) -> Result
    ) throws(LogQLParseError) -> Result {
        nesting = try deeper(nesting)
        defer { nesting -= 1 }
        return try body(&self)
    }

    /// A label's name.
    mutating func readName() throws(LogQLParseError) -> String {
        guard token.kind == .word else { throw unexpected(expected: "the name of a label") }
        return try advance().text
    }

    /// The text of the string token, which is taken.
    mutating func readText() throws(LogQLParseError) -> String {
        guard token.kind == .string else { throw unexpected(expected: "a text between double quotes or backticks") }
        let text: String
        do throws(UnescapingError) { text = try Unescaping.text(of: token.text) } catch {
            throw fault(error.message, at: token.start)
        }
        try advance()
        return text
    }

    mutating func readNumber() throws(LogQLParseError) -> Double {
        var sign = 1.0
        if try take(.subtract) { sign = -1 } else { _ = try take(.add) }
        guard token.kind == .quantity, let number = Quantity.number(token.text), number.isFinite else {
            throw unexpected(expected: "a number")
        }
        try advance()
        return sign * number
    }

    // MARK: - Operators

    /// What stands in a place where lines or numbers may stand.
    struct Branch {
        var query: LogQuery
        var depth: Int
    }

    mutating func readExpression(precedence: Int = 1) throws(LogQLParseError) -> Branch {
        nesting = try deeper(nesting)
        defer { nesting -= 1 }
        var left = try readPrimary()
        while let operation = binaryOperator, operation.precedence >= precedence {
            let start = try advance().start
            let modifiers = try readModifiers(of: operation)
            // From the right only for powers.
            let binding = operation == .power ? operation.precedence : operation.precedence + 1
            let right = try readExpression(precedence: binding)
            let (one, other) = (
                try metric(left, start, "left", operation), try metric(right, start, "right", operation)
            )
            try check(operation, modifiers, one, other, at: start)
            let expression = MetricExpression.binary(
                MetricBinary(
                    operation: operation,
                    returnsBool: modifiers.returnsBool,
                    matching: modifiers.matching,
                    left: one,
                    right: other
                )
            )
            left = Branch(query: .metric(expression), depth: try deeper(max(left.depth, right.depth)))
        }
        return left
    }

    private var binaryOperator: BinaryOperator? {
        switch token.kind {
        case .symbol, .word:
            guard let operation = BinaryOperator(rawValue: token.text), operation != .atan2 else { return nil }
            return operation
        default: return nil
        }
    }

    private func metric(
        _ branch: Branch,
        _ start: Int,
        _ side: String,
        _ operation: BinaryOperator
    ) throws(LogQLParseError) -> MetricExpression {
        guard case .metric(let expression) = branch.query else {
            throw fault(
                "unexpected type for \(side) leg of binary operation (\(operation.rawValue)): it gives lines, not numbers",
                at: start
            )
        }
        return expression
    }

    /// `bool`, `on (...)` or `ignoring (...)`, `group_left (...)` or `group_right (...)`.
    private mutating func readModifiers(
        of operation: BinaryOperator
    ) throws(LogQLParseError) -> (returnsBool: Bool, matching: VectorMatching?) {
        let returnsBool = try take(word: "bool")
        guard token.isWord("on") || token.isWord("ignoring") else { return (returnsBool, nil) }
        let isOn = try advance().text == "on"
        var matching = VectorMatching(
            cardinality: operation.isSetOperator ? .manyToMany : .oneToOne,
            isOn: isOn,
            labels: try readNames(),
            included: []
        )
        if token.isWord("group_left") || token.isWord("group_right") {
            let side = try advance()
            guard !operation.isSetOperator else {
                throw fault("no grouping allowed for \(operation.rawValue) operation", at: side.start)
            }
            matching.cardinality = side.text == "group_left" ? .manyToOne : .oneToMany
            if token.kind == .symbol(.leftParenthesis) { matching.included = try readNames() }
        }
        return (returnsBool, matching)
    }

    private func check(
        _ operation: BinaryOperator,
        _ modifiers: (returnsBool: Bool, matching: VectorMatching?),
        _ left: MetricExpression,
        _ right: MetricExpression,
        at start: Int
    ) throws(LogQLParseError) {
        if modifiers.returnsBool, !operation.isComparison {
            throw fault("bool modifier can only be used on comparison operators", at: start)
        }
        if let matching = modifiers.matching, matching.isOn,
            let twice = matching.labels.first(where: { matching.included.contains($0) })
        {
            throw fault("label \(Quoting.quote(twice)) must not occur in ON and GROUP clause at once", at: start)
        }
        guard left.isScalar || right.isScalar else { return }
        if operation.isSetOperator {
            let side = left.isScalar ? "left" : "right"
            throw fault(
                "unexpected literal for \(side) leg of logical/set binary operation (\(operation.rawValue))",
                at: start
            )
        }
        if modifiers.matching?.labels.isEmpty == false {
            throw fault("vector matching only allowed between instant vectors", at: start)
        }
    }

    /// Names in parentheses, a comma after the last allowed.
    mutating func readNames() throws(LogQLParseError) -> [String] {
        try expect(.leftParenthesis)
        var names: [String] = []
        while try !take(.rightParenthesis) {
            names.append(try readName())
            if try take(.comma) { continue }
            guard token.kind == .symbol(.rightParenthesis) else { throw unexpected(expected: "\",\" or \")\"") }
        }
        return names
    }
}

extension MetricExpression {
    /// Whether it is one number at each step, and no vector.
    public var isScalar: Bool {
        switch self {
        case .number: true
        case .vector, .range, .aggregation, .labelReplace: false
        case .binary(let it): it.left.isScalar && it.right.isScalar
        case .parentheses(let it): it.isScalar
        }
    }
}
