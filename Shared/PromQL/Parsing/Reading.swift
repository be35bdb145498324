/// A query while it is read.
struct Reading {
    /// An expression and how many levels it has.
    struct Branch {
        var expression: Expression
        var depth: Int
    }

    let parser: Parser
    private var lexer: Lexer
    private(set) var token: Token
    /// Where the token before ended.
    private(set) var lastEnd = 0
    private var nesting = 0

    var query: String { lexer.query }

    init(_ query: String, parser: Parser) throws(ParseError) {
        self.parser = parser
        lexer = Lexer(query)
        token = try lexer.next()
    }

    mutating func readQuery() throws(ParseError) -> Expression {
        if token.kind == .end { throw ParseError("no expression found in input", at: .none, in: query) }
        let branch = try readExpression()
        guard token.kind == .end else { throw unexpected() }
        return branch.expression
    }

    // MARK: - Tokens

    /// Moves on to the next token and gives the one before.
    @discardableResult
    mutating func advance() throws(ParseError) -> Token {
        let taken = token
        lastEnd = taken.range.end
        token = try lexer.next()
        return taken
    }

    mutating func take(_ kind: Token.Kind) throws(ParseError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    func unexpected(in context: String = "", expected: String = "") -> ParseError {
        var message = "unexpected \(token.description)"
        if !context.isEmpty { message += " in \(context)" }
        if !expected.isEmpty { message += ", expected \(expected)" }
        return ParseError(message, at: token.range, in: query)
    }

    func fault(_ message: String, at range: SourceRange) -> ParseError {
        ParseError(message, at: range, in: query)
    }

    func range(from start: Int) -> SourceRange {
        SourceRange(start: start, end: lastEnd)
    }

    private func deeper(_ depth: Int) throws(ParseError) -> Int {
        guard depth < parser.maximumDepth else {
            throw fault(
                "expression nests too deeply: at most \(parser.maximumDepth) levels are allowed",
                at: token.range
            )
        }
        return depth + 1
    }

    // MARK: - Operators

    mutating func readExpression(precedence: Int = 1) throws(ParseError) -> Branch {
        nesting = try deeper(nesting)
        defer { nesting -= 1 }
        var left = try readSigned()
        while case .binary(let operation) = token.kind, operation.precedence >= precedence {
            let operatorRange = try advance().range
            let (returnsBool, matching) = try readModifiers(of: operation)
            // From the right only for powers.
            let binding = operation == .power ? operation.precedence : operation.precedence + 1
            let right = try readExpression(precedence: binding)
            let expression = Expression.binary(
                BinaryExpression(
                    operation: operation,
                    returnsBool: returnsBool,
                    matching: matching,
                    left: left.expression,
                    right: right.expression,
                    operatorRange: operatorRange
                )
            )
            left = Branch(expression: expression, depth: try deeper(max(left.depth, right.depth)))
        }
        return left
    }

    private mutating func readSigned() throws(ParseError) -> Branch {
        guard case .binary(let sign) = token.kind, sign == .add || sign == .subtract else { return try readPostfixed() }
        let start = try advance().range.start
        let operand = try readExpression(precedence: BinaryOperator.power.precedence)
        if case .number(var literal) = operand.expression {
            if sign == .subtract { literal.value.negate() }
            literal.range.start = start
            return Branch(expression: .number(literal), depth: operand.depth)
        }
        let unary = UnaryExpression(
            isNegation: sign == .subtract,
            operand: operand.expression,
            range: range(from: start)
        )
        return Branch(expression: .unary(unary), depth: try deeper(operand.depth))
    }

    /// `bool`, `on (...)` or `ignoring (...)`, `group_left (...)` or `group_right (...)`.
    private mutating func readModifiers(
        of operation: BinaryOperator
    ) throws(ParseError) -> (returnsBool: Bool, matching: VectorMatching?) {
        var matching = VectorMatching(
            cardinality: operation.isSetOperator ? .manyToMany : .oneToOne,
            isOn: false,
            labels: [],
            included: []
        )
        let returnsBool = try take(.keyword(.bool))
        guard token.kind == .keyword(.on) || token.kind == .keyword(.ignoring) else { return (returnsBool, matching) }
        matching.isOn = try advance().kind == .keyword(.on)
        matching.labels = try readLabelNames()
        if case .keyword(let side) = token.kind, side == .groupLeft || side == .groupRight {
            try advance()
            matching.cardinality = side == .groupLeft ? .manyToOne : .oneToMany
            if token.kind == .leftParenthesis { matching.included = try readLabelNames() }
        }
        return (returnsBool, matching)
    }

    /// Names in parentheses, a comma after the last allowed.
    mutating func readLabelNames() throws(ParseError) -> [String] {
        let context = "grouping opts"
        guard try take(.leftParenthesis) else { throw unexpected(in: context, expected: "\"(\"") }
        var names: [String] = []
        while try !take(.rightParenthesis) {
            names.append(try readLabelName(context))
            if try take(.comma) { continue }
            guard token.kind == .rightParenthesis else { throw unexpected(in: context, expected: "\",\" or \")\"") }
        }
        return names
    }

    private mutating func readLabelName(_ context: String) throws(ParseError) -> String {
        switch token.kind {
        case .string: return try readString()
        case .identifier, .keyword, .aggregation: return try advance().text
        case .binary where MetricNames.isLabelName(token.text): return try advance().text
        default: throw unexpected(in: context, expected: "label")
        }
    }

    /// The text of the string token, which is taken.
    mutating func readString() throws(ParseError) -> String {
        let text: String
        do { text = try Unescaping.text(of: token.text) } catch { throw fault(error.message, at: token.range) }
        try advance()
        return text
    }

    func branch(_ expression: Expression, over depth: Int) throws(ParseError) -> Branch {
        Branch(expression: expression, depth: try deeper(depth))
    }
}
