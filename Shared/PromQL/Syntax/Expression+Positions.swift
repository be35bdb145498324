extension Expression {
    /// The same tree as if it stood nowhere: two queries that differ only in spaces, comments or the writing of numbers
    /// are then equal.
    public var withoutPositions: Expression {
        switch self {
        case .number(var it):
            it.range = .none
            return .number(it)
        case .string(var it):
            it.range = .none
            return .string(it)
        case .selector(let it):
            return .selector(it.withoutPosition)
        case .rangeSelector(var it):
            it.selector = it.selector.withoutPosition
            it.sourceRange = .none
            return .rangeSelector(it)
        case .subquery(var it):
            it.expression = it.expression.withoutPositions
            it.sourceRange = .none
            return .subquery(it)
        case .unary(var it):
            it.operand = it.operand.withoutPositions
            it.range = .none
            return .unary(it)
        case .binary(var it):
            it.left = it.left.withoutPositions
            it.right = it.right.withoutPositions
            it.operatorRange = .none
            return .binary(it)
        case .aggregation(var it):
            it.parameter = it.parameter?.withoutPositions
            it.expression = it.expression.withoutPositions
            it.range = .none
            return .aggregation(it)
        case .call(var it):
            it.arguments = it.arguments.map(\.withoutPositions)
            it.range = .none
            return .call(it)
        case .parentheses(var it):
            it.expression = it.expression.withoutPositions
            it.range = .none
            return .parentheses(it)
        }
    }
}

extension VectorSelector {
    var withoutPosition: VectorSelector {
        var copy = self
        copy.range = .none
        return copy
    }
}
