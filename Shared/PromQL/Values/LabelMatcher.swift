public import LinearRegex

/// A condition on one label, such as `job="api"`; a label that a series lacks counts as empty.
public struct LabelMatcher: Sendable {
    /// How the label is compared.
    public enum Operation: String, Sendable, Hashable {
        /// The same text.
        case equal = "="
        /// Another text.
        case notEqual = "!="
        /// The regular expression matches the whole value.
        case matches = "=~"
        /// The regular expression does not match the whole value.
        case doesNotMatch = "!~"
    }

    /// The label's name.
    public let name: String
    /// How it is compared.
    public let operation: Operation
    /// What it is compared with: a text or a regular expression.
    public let value: String
    /// The compiled expression, of the two operations that have one; `.` matches a newline in it.
    public let regex: LinearRegex?

    /// A condition.
    ///
    /// - Throws: `LinearRegexError` when the value should be a regular expression and is none.
    public init(_ name: String, _ operation: Operation, _ value: String) throws(LinearRegexError) {
        self.name = name
        self.operation = operation
        self.value = value
        let isRegex = operation == .matches || operation == .doesNotMatch
        regex = isRegex ? try LinearRegex(value, options: .dotMatchesNewline) : nil
    }

    /// A tester that keeps what it learns of the expression: make one for many values.
    public func tester() -> LabelTester {
        LabelTester(self)
    }

    /// Whether a value satisfies the condition.
    public func matches(_ value: String) -> Bool {
        var tester = tester()
        return tester.matches(value)
    }
}

extension LabelMatcher: Hashable {
    /// Whether both say the same.
    public static func == (one: LabelMatcher, other: LabelMatcher) -> Bool {
        one.name == other.name && one.operation == other.operation && one.value == other.value
    }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }
}

/// Tests many values against one matcher.
public struct LabelTester {
    private let matcher: LabelMatcher
    private var regex: RegexMatcher?

    init(_ matcher: LabelMatcher) {
        self.matcher = matcher
        regex = matcher.regex?.matcher()
    }

    /// Whether a value satisfies the matcher's condition.
    public mutating func matches(_ value: String) -> Bool {
        switch matcher.operation {
        case .equal: value == matcher.value
        case .notEqual: value != matcher.value
        case .matches: regex?.matchesWhole(value) ?? false
        case .doesNotMatch: !(regex?.matchesWhole(value) ?? true)
        }
    }
}
