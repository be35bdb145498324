import PromQL

extension Expression {
    /// The conditions of all selectors in it.
    var selectors: [[LabelMatcher]] {
        switch self {
        case .number, .string: []
        case .selector(let it): [it.matchers]
        case .rangeSelector(let it): [it.selector.matchers]
        case .subquery(let it): it.expression.selectors
        case .unary(let it): it.operand.selectors
        case .binary(let it): it.left.selectors + it.right.selectors
        case .aggregation(let it): (it.parameter?.selectors ?? []) + it.expression.selectors
        case .call(let it): it.arguments.flatMap(\.selectors)
        case .parentheses(let it): it.expression.selectors
        }
    }
}
