/// Reads tokens by recursive descent.
struct Reading {
    /// How deep parentheses and negations may go: each level takes stack.
    private static let deepest = 64
    /// How many terms a query may have, together: each is a level of its tree.
    private static let mostTerms = 128

    private let tokens: [Token]
    private var position = 0
    private var depth = 0
    private var terms = 0

    init(_ tokens: [Token]) {
        self.tokens = tokens
    }

    var token: Token { tokens[position] }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    func isSymbol(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

    mutating func take(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: String) throws(TraceQLError) {
        guard take(symbol) else { throw fault("expected '\(symbol)'") }
    }

    /// Nothing may follow.
    func end() throws(TraceQLError) {
        guard token.kind == .end else { throw fault("expected the end of the query") }
    }

    func fault(_ message: String) -> TraceQLError {
        let found = token.kind == .end ? "the query ends" : "found '\(String(token.text.prefix(40)))'"
        return TraceQLError("\(message), \(found)", at: token.start)
    }

    func unsupported(_ what: String) -> TraceQLError {
        TraceQLError("\(what) is not supported", at: token.start)
    }

    mutating func deeper<Value>(
        _ read: (inout Reading) throws(TraceQLError) -> Value
    ) throws(TraceQLError) -> Value {
        guard depth < Self.deepest else {
            throw TraceQLError("the query is nested deeper than \(Self.deepest) levels", at: token.start)
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func countTerm() throws(TraceQLError) {
        terms += 1
        guard terms <= Self.mostTerms else {
            throw TraceQLError("the query has more than \(Self.mostTerms) terms", at: token.start)
        }
    }

    /// A whole query.
    mutating func query() throws(TraceQLError) -> TraceQuery {
        var query = TraceQuery(try spanset())
        while take("|") {
            guard query.metric == nil else { throw unsupported("a stage after a metric") }
            try stage(of: &query)
        }
        if token.kind == .word, token.text == "with" { query.hints = try hints() }
        try end()
        return query
    }

    // MARK: - Spansets

    /// `&&` and `||` bind alike, from the left; what is structural binds closer.
    private mutating func spanset() throws(TraceQLError) -> SpansetExpression {
        var left = try structural()
        while true {
            if take("&&") {
                left = .combined(left, .and, try structural())
            } else if take("||") {
                left = .combined(left, .or, try structural())
            } else {
                return left
            }
        }
    }

    private mutating func structural() throws(TraceQLError) -> SpansetExpression {
        var left = try spansetTerm()
        while case .symbol(let symbol) = token.kind,
            let operation = SpansetOperator.all.first(where: { $0.symbol == symbol }), operation != .and,
            operation != .or
        {
            advance()
            left = .combined(left, operation, try spansetTerm())
        }
        return left
    }

    private mutating func spansetTerm() throws(TraceQLError) -> SpansetExpression {
        try countTerm()
        if take("(") {
            let inner = try deeper { reading throws(TraceQLError) in try reading.spanset() }
            if isSymbol("|") { throw unsupported("a pipeline in parentheses") }
            try expect(")")
            return inner
        }
        guard take("{") else {
            if token.kind == .word, ["count", "avg", "min", "max", "sum"].contains(token.text) {
                throw unsupported("a query that begins with \(token.text)")
            }
            throw fault("expected '{'")
        }
        if take("}") { return .filter(nil) }
        let condition = try fieldExpression()
        try expect("}")
        return .filter(condition)
    }

    // MARK: - Conditions

    private mutating func fieldExpression() throws(TraceQLError) -> FieldExpression {
        var left = try fieldTerm()
        while true {
            if take("&&") {
                left = .and(left, try fieldTerm())
            } else if take("||") {
                left = .or(left, try fieldTerm())
            } else {
                return left
            }
        }
    }

    private mutating func fieldTerm() throws(TraceQLError) -> FieldExpression {
        try countTerm()
        if take("!") {
            return .not(try deeper { reading throws(TraceQLError) in try reading.fieldTerm() })
        }
        if take("(") {
            let inner = try deeper { reading throws(TraceQLError) in try reading.fieldExpression() }
            try expect(")")
            return inner
        }
        let start = token.start
        let first = try operand()
        try refuseArithmetic()
        guard case .symbol(let symbol) = token.kind, let operation = ComparisonOperator(rawValue: symbol) else {
            switch first {
            case .value(.truth(let truth)): return .constant(truth)
            case .field(let field): return try comparison(field, .equal, .truth(true), at: start)
            case .value: throw fault("expected a comparison")
            }
        }
        advance()
        let second = try operand()
        try refuseArithmetic()
        switch (first, second) {
        case (.field(let field), .value(let value)): return try comparison(field, operation, value, at: start)
        case (.value(let value), .field(let field)):
            guard let exchanged = operation.exchanged else {
                throw TraceQLError("a regular expression stands on the right of \(symbol)", at: start)
            }
            return try comparison(field, exchanged, value, at: start)
        case (.field, .field): throw TraceQLError("a comparison of two fields is not supported", at: start)
        case (.value, .value): throw TraceQLError("a comparison of two values is not supported", at: start)
        }
    }

    private func comparison(
        _ field: Field,
        _ operation: ComparisonOperator,
        _ value: LiteralValue,
        at start: Int
    ) throws(TraceQLError) -> FieldExpression {
        if let problem = field.problem(with: operation, value) { throw TraceQLError(problem, at: start) }
        return .comparison(field, operation, value)
    }

    private func refuseArithmetic() throws(TraceQLError) {
        for symbol in ["+", "-", "*", "/", "%", "^"] where isSymbol(symbol) { throw unsupported("arithmetic") }
        if isSymbol("[") { throw unsupported("an array") }
    }

    private enum Operand {
        case field(Field)
        case value(LiteralValue)
    }

    private mutating func operand() throws(TraceQLError) -> Operand {
        if token.kind == .word, let value = Self.values[token.text] {
            advance()
            return .value(value)
        }
        switch token.kind {
        case .word, .attribute: return .field(try field())
        default: return .value(try value())
        }
    }

    private static let values: [String: LiteralValue] = {
        var values: [String: LiteralValue] = ["true": .truth(true), "false": .truth(false), "nil": .nothing]
        for word in SpanStatusWord.allCases { values[word.rawValue] = .status(word) }
        for word in SpanKindWord.allCases { values[word.rawValue] = .kind(word) }
        return values
    }()

    mutating func value() throws(TraceQLError) -> LiteralValue {
        let isNegative = take("-")
        let value: LiteralValue
        switch token.kind {
        case .integer(let number): value = .integer(isNegative ? -number : number)
        case .number(let number): value = .number(isNegative ? -number : number)
        case .duration(let number): value = .duration(isNegative ? -number : number)
        case .text(let text) where !isNegative: value = .text(text)
        case .word where !isNegative && Self.values[token.text] != nil: value = Self.values[token.text] ?? .nothing
        case .symbol("["): throw unsupported("an array")
        default: throw fault("expected a value")
        }
        advance()
        return value
    }

    // MARK: - Fields

    mutating func field() throws(TraceQLError) -> Field {
        let field: Field
        switch token.kind {
        case .attribute(let scope, let key): field = try attribute(scope, key)
        case .word: field = try self.field(named: token.text)
        default: throw fault("expected a field")
        }
        advance()
        return field
    }

    private func field(named name: String) throws(TraceQLError) -> Field {
        if let intrinsic = Intrinsic(spelling: name) { return .intrinsic(intrinsic) }
        if Intrinsic.missing.contains(name) { throw unsupported("the field \(name)") }
        guard let point = name.firstIndex(of: ".") else { throw fault("expected a field (attributes have a scope)") }
        return try attribute(String(name[..<point]), String(name[name.index(after: point)...]))
    }

    private func attribute(_ scope: String, _ key: String) throws(TraceQLError) -> Field {
        guard !key.isEmpty else { throw fault("expected the name of an attribute") }
        guard let known = AttributeScope(rawValue: scope) else {
            if ["parent", "instrumentation", "trace"].contains(scope) { throw unsupported("the scope \(scope).") }
            throw fault("there is no such scope")
        }
        return .attribute(known, key)
    }
}
