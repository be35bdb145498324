/// What an expression gives.
public enum ValueType: String, Hashable, Sendable {
    /// One number at each step.
    case scalar
    /// Series with one sample each, at each step.
    case vector
    /// Series with the samples of a time before each step.
    case matrix
    /// A text.
    case string

    /// The name that the documentation uses.
    var documentedName: String {
        switch self {
        case .scalar, .string: rawValue
        case .vector: "instant vector"
        case .matrix: "range vector"
        }
    }
}

extension Expression {
    /// What the expression gives.
    public var valueType: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .selector, .aggregation: .vector
        case .rangeSelector, .subquery: .matrix
        case .unary(let it): it.operand.valueType
        case .binary(let it): it.left.valueType == .scalar && it.right.valueType == .scalar ? .scalar : .vector
        case .call(let it): FunctionSignature.named[it.name]?.result ?? .vector
        case .parentheses(let it): it.expression.valueType
        }
    }
}
