/// What is asked of one span.
public indirect enum FieldExpression: Hashable, Sendable {
    /// `true` or `false`.
    case constant(Bool)
    /// A field and a value.
    case comparison(Field, ComparisonOperator, LiteralValue)
    /// Both.
    case and(FieldExpression, FieldExpression)
    /// One of them.
    case or(FieldExpression, FieldExpression)
    /// Not this.
    case not(FieldExpression)
}

/// How a field is compared with a value.
public enum ComparisonOperator: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    /// The whole text matches a regular expression.
    case matches = "=~"
    /// The whole text does not.
    case matchesNot = "!~"

    /// The operator that says the same with both sides exchanged; `nil` for regular expressions.
    var exchanged: ComparisonOperator? {
        switch self {
        case .equal, .notEqual: self
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .matches, .matchesNot: nil
        }
    }
}
