extension BinaryOperator {
    /// What two numbers give; a comparison gives 1 or 0.
    func number(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .power: Mathematics.power(left, right)
        case .multiply: left * right
        case .divide: left / right
        case .modulo: Mathematics.remainder(left, right)
        case .atan2: Mathematics.angle(left, right)
        case .add: left + right
        case .subtract: left - right
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: holds(left, right) ? 1 : 0
        case .and, .or, .unless: .nan
        }
    }

    /// Whether a comparison holds.
    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        default: false
        }
    }
}

extension BinaryExpression {
    /// Whether results are other than the operands, and so not the same metric.
    var dropsMetricName: Bool {
        returnsBool || !(operation.isComparison || operation.isSetOperator)
    }
}
