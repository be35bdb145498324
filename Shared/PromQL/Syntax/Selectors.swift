/// What shifts the time that a selector or subquery looks at. The order in which both were written plays no part.
public struct TimeShift: Hashable, Sendable {
    /// What `@` names.
    public enum Anchor: Hashable, Sendable {
        /// `@ 1609746000`, in milliseconds since the epoch.
        case time(Int64)
        /// `@ start()`: the first step of the query.
        case start
        /// `@ end()`: the last step of the query.
        case end
    }

    /// How far back it looks, in milliseconds; negative looks ahead.
    public var offset: Int64
    /// The time that takes the place of the evaluation's.
    public var anchor: Anchor?

    /// No shift by default.
    public init(offset: Int64 = 0, anchor: Anchor? = nil) {
        self.offset = offset
        self.anchor = anchor
    }
}

/// The series of which the newest sample is taken at each step.
public struct VectorSelector: Hashable, Sendable {
    /// The name in front of the braces, or quoted in them.
    public var name: String?
    /// All conditions; one on `__name__` stands for ``name`` where there is one.
    public var matchers: [LabelMatcher]
    /// The time that it looks at.
    public var shift: TimeShift
    /// Where it stands in the query.
    public var range: SourceRange

    /// A selector, which stands nowhere by default.
    public init(
        name: String?,
        matchers: [LabelMatcher],
        shift: TimeShift = TimeShift(),
        range: SourceRange = .none
    ) {
        self.name = name
        self.matchers = matchers
        self.shift = shift
        self.range = range
    }
}

/// The series of which all samples of a time before each step are taken.
public struct RangeSelector: Hashable, Sendable {
    /// The series.
    public var selector: VectorSelector
    /// The length of time, in milliseconds.
    public var duration: Int64
    /// Where it stands in the query.
    public var sourceRange: SourceRange
}

/// An expression evaluated at regular steps of a time before each step of the query.
public struct Subquery: Hashable, Sendable {
    /// What is evaluated.
    public var expression: Expression
    /// The length of time, in milliseconds.
    public var duration: Int64
    /// The time between two steps, in milliseconds; the engine's default where there is none.
    public var step: Int64?
    /// The time that it looks at.
    public var shift: TimeShift
    /// Where it stands in the query.
    public var sourceRange: SourceRange
}
