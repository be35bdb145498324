public import LinearRegex

/// A condition on the line: `|= "a" or "b"`.
public struct LineFilter: Hashable, Sendable {
    /// How the line is compared.
    public enum Operation: String, Hashable, Sendable, CaseIterable {
        /// The text is in the line.
        case contains = "|="
        /// The text is not in the line.
        case excludes = "!="
        /// The regular expression matches a part of the line.
        case matches = "|~"
        /// The regular expression matches no part of the line.
        case doesNotMatch = "!~"
        /// The pattern fits the line.
        case fits = "|>"
        /// The pattern does not fit the line.
        case doesNotFit = "!>"

        /// Whether lines are wanted of which it is not true.
        public var isNegative: Bool {
            switch self {
            case .excludes, .doesNotMatch, .doesNotFit: true
            case .contains, .matches, .fits: false
            }
        }
    }

    /// What is looked for.
    public enum Operand: Hashable, Sendable {
        /// A text, in the same case.
        case text(String)
        /// A regular expression, not anchored; `.` does not match a newline.
        case regex(LineRegex)
        /// Texts in their order, with something between them.
        case pattern(LinePattern)
        /// An address, `ip("10.0.0.0/8")`.
        case address(AddressRange)
    }

    /// How the line is compared.
    public var operation: Operation
    /// What is looked for: any of these; with a negative operation none of them may be there. At least one.
    public var operands: [Operand]

    /// A condition.
    public init(_ operation: Operation, _ operands: [Operand]) {
        self.operation = operation
        self.operands = operands
    }
}

/// A regular expression that is compared by its text.
public struct LineRegex: Hashable, Sendable {
    /// The compiled expression.
    public let regex: LinearRegex

    /// The expression as it was written.
    public var pattern: String { regex.pattern }

    /// Compiles an expression, in which `.` does not match a newline.
    ///
    /// - Throws: `LinearRegexError` with the part of the expression that is wrong.
    public init(_ pattern: String) throws(LinearRegexError) {
        regex = try LinearRegex(pattern)
    }

    /// Whether both were written the same.
    public static func == (one: LineRegex, other: LineRegex) -> Bool {
        one.pattern == other.pattern
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pattern)
    }
}

/// What `| regexp` makes labels of: an expression with named groups.
public struct RegexpParsing: Hashable, Sendable {
    /// The expression.
    public let regex: LineRegex
    /// The label of each group, `nil` for groups without a name.
    public var labels: [String?] { regex.regex.groupNames }
}
