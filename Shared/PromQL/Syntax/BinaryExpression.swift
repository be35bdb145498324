/// An operator between two expressions.
public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
    /// To the power of; the only one that groups from the right.
    case power = "^"
    /// Times.
    case multiply = "*"
    /// Divided by.
    case divide = "/"
    /// The remainder of a division, with the sign of the dividend.
    case modulo = "%"
    /// The angle of a point.
    case atan2
    /// Plus.
    case add = "+"
    /// Minus.
    case subtract = "-"
    /// Equal.
    case equal = "=="
    /// Not equal.
    case notEqual = "!="
    /// Less.
    case less = "<"
    /// Less or equal.
    case lessOrEqual = "<="
    /// Greater.
    case greater = ">"
    /// Greater or equal.
    case greaterOrEqual = ">="
    /// Elements that have a match.
    case and
    /// Elements that have no match.
    case unless
    /// Elements of either side.
    case or

    /// Whether it compares.
    public var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }

    /// Whether it works on sets of elements rather than on their values.
    public var isSetOperator: Bool {
        self == .and || self == .or || self == .unless
    }

    /// How strongly it binds; multiplication's strength is that of a sign too.
    public var precedence: Int {
        switch self {
        case .or: 1
        case .and, .unless: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide, .modulo, .atan2: 5
        case .power: 6
        }
    }
}

/// Which elements of two vectors belong together.
public struct VectorMatching: Hashable, Sendable {
    /// How many elements may share a partner.
    public enum Cardinality: Hashable, Sendable {
        /// One of each side.
        case oneToOne
        /// `group_left`: many of the left with one of the right.
        case manyToOne
        /// `group_right`: one of the left with many of the right.
        case oneToMany
        /// All of both, for the set operators.
        case manyToMany
    }

    /// How many elements may share a partner.
    public var cardinality: Cardinality
    /// Whether ``labels`` are those that count (`on`), and not those that do not (`ignoring`).
    public var isOn: Bool
    /// The labels of `on` or `ignoring`.
    public var labels: [String]
    /// The labels of `group_left` or `group_right`, which the "one" side gives to the result.
    public var included: [String]

    /// A matching.
    public init(cardinality: Cardinality, isOn: Bool, labels: [String], included: [String]) {
        self.cardinality = cardinality
        self.isOn = isOn
        self.labels = labels
        self.included = included
    }
}

/// Two expressions and the operator between them.
public struct BinaryExpression: Hashable, Sendable {
    /// The operator.
    public var operation: BinaryOperator
    /// Whether a comparison gives 0 or 1 instead of leaving elements out.
    public var returnsBool: Bool
    /// How vectors are matched; `nil` unless both sides are vectors.
    public var matching: VectorMatching?
    /// The left side.
    public var left: Expression
    /// The right side.
    public var right: Expression
    /// Where the operator stands in the query.
    public var operatorRange: SourceRange

    /// Two expressions and what is between them, which stands nowhere by default.
    public init(
        operation: BinaryOperator,
        returnsBool: Bool,
        matching: VectorMatching?,
        left: Expression,
        right: Expression,
        operatorRange: SourceRange = .none
    ) {
        self.operation = operation
        self.returnsBool = returnsBool
        self.matching = matching
        self.left = left
        self.right = right
        self.operatorRange = operatorRange
    }

    /// Where it stands in the query.
    public var range: SourceRange {
        SourceRange(start: left.range.start, end: right.range.end)
    }
}
