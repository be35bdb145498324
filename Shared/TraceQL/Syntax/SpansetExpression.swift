/// Which spans a trace must have: filters in braces, and what they have to do with each other.
public indirect enum SpansetExpression: Hashable, Sendable {
    /// `{ ... }`; `nil` for all spans.
    case filter(FieldExpression?)
    /// Two of them with an operator between.
    case combined(SpansetExpression, SpansetOperator, SpansetExpression)

    /// All filters, from left to right.
    public var filters: [FieldExpression?] {
        switch self {
        case .filter(let filter): [filter]
        case .combined(let left, _, let right): left.filters + right.filters
        }
    }
}

/// What stands between two spansets.
public enum SpansetOperator: Hashable, Sendable {
    /// `&&`: the trace has both.
    case and
    /// `||`: the trace has one of them.
    case or
    /// Where spans of the right are, as seen from spans of the left.
    case structural(Relation, Mode)

    /// The relation of a span on the right to one on the left.
    public enum Relation: String, CaseIterable, Hashable, Sendable {
        /// Somewhere below it.
        case descendant = ">>"
        /// Directly below it.
        case child = ">"
        /// Somewhere above it.
        case ancestor = "<<"
        /// Directly above it.
        case parent = "<"
        /// Under the same parent.
        case sibling = "~"
    }

    /// Which spans are the result.
    public enum Mode: String, CaseIterable, Hashable, Sendable {
        /// Spans of the right that have such a span on the left.
        case plain = ""
        /// Spans of the right that have none.
        case negated = "!"
        /// Both spans of each such pair.
        case union = "&"
    }

    /// All of them.
    public static let all: [SpansetOperator] =
        [.and, .or] + Mode.allCases.flatMap { mode in Relation.allCases.map { .structural($0, mode) } }

    /// As it is written.
    public var symbol: String {
        switch self {
        case .and: "&&"
        case .or: "||"
        case .structural(let relation, let mode): mode.rawValue + relation.rawValue
        }
    }
}
