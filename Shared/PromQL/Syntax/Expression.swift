/// A parsed query.
///
/// It is printed with ``Expression/description`` on one line, and with ``Expression/formatted()`` as `format_query` does.
public indirect enum Expression: Hashable, Sendable {
    /// `3.14`, `0x1F`, `5m`.
    case number(NumberLiteral)
    /// `"text"`.
    case string(StringLiteral)
    /// `up{job="api"} offset 5m`.
    case selector(VectorSelector)
    /// `up{job="api"}[5m]`.
    case rangeSelector(RangeSelector)
    /// `rate(x[1m])[1h:5m]`.
    case subquery(Subquery)
    /// `-x`.
    case unary(UnaryExpression)
    /// `a / on (job) b`.
    case binary(BinaryExpression)
    /// `sum by (job) (x)`.
    case aggregation(Aggregation)
    /// `rate(x[5m])`.
    case call(FunctionCall)
    /// `(x)`.
    case parentheses(ParenthesizedExpression)

    /// Where it stands in the query.
    public var range: SourceRange {
        switch self {
        case .number(let it): it.range
        case .string(let it): it.range
        case .selector(let it): it.range
        case .rangeSelector(let it): it.sourceRange
        case .subquery(let it): it.sourceRange
        case .unary(let it): it.range
        case .binary(let it): it.range
        case .aggregation(let it): it.range
        case .call(let it): it.range
        case .parentheses(let it): it.range
        }
    }

    /// The expression inside of all parentheses around it.
    public var withoutParentheses: Expression {
        if case .parentheses(let it) = self { it.expression.withoutParentheses } else { self }
    }
}

/// A number, or a duration, which is a number of seconds.
public struct NumberLiteral: Hashable, Sendable {
    /// The number.
    public var value: Double
    /// Whether it was written, and is printed, as a duration.
    public var isDuration: Bool
    /// Where it stands in the query.
    public var range: SourceRange

    /// A number that stands nowhere.
    public init(_ value: Double) {
        self.init(value: value, isDuration: false, range: .none)
    }

    init(value: Double, isDuration: Bool, range: SourceRange) {
        self.value = value
        self.isDuration = isDuration
        self.range = range
    }

    /// Two are equal when they have the same bits, so that NaN is itself.
    public static func == (one: NumberLiteral, other: NumberLiteral) -> Bool {
        one.value.bitPattern == other.value.bitPattern && one.isDuration == other.isDuration && one.range == other.range
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(value.bitPattern)
        hasher.combine(isDuration)
        hasher.combine(range)
    }
}

/// A text.
public struct StringLiteral: Hashable, Sendable {
    /// The text, without quotes and escapes.
    public var value: String
    /// Where it stands in the query.
    public var range: SourceRange

    /// A text, which stands nowhere by default.
    public init(value: String, range: SourceRange = .none) {
        self.value = value
        self.range = range
    }
}

/// An expression with a sign.
public struct UnaryExpression: Hashable, Sendable {
    /// Whether the sign is a minus, and not a plus.
    public var isNegation: Bool
    /// What the sign applies to.
    public var operand: Expression
    /// Where it stands in the query.
    public var range: SourceRange
}

/// An expression in parentheses.
public struct ParenthesizedExpression: Hashable, Sendable {
    /// What is inside.
    public var expression: Expression
    /// Where it stands in the query.
    public var range: SourceRange

    /// Parentheses, which stand nowhere by default.
    public init(expression: Expression, range: SourceRange = .none) {
        self.expression = expression
        self.range = range
    }
}

/// A call of a function.
public struct FunctionCall: Hashable, Sendable {
    /// The function's name.
    public var name: String
    /// What it is given.
    public var arguments: [Expression]
    /// Where it stands in the query.
    public var range: SourceRange

    /// A call, which stands nowhere by default.
    public init(name: String, arguments: [Expression], range: SourceRange = .none) {
        self.name = name
        self.arguments = arguments
        self.range = range
    }
}
