/// Checks that all parts of an expression have the types that they need.
struct TypeChecker {
    let query: String

    /// The expression, without what says nothing in it: the matching of operands that are not both vectors.
    func check(_ expression: Expression) throws(ParseError) -> Expression {
        switch expression {
        case .number, .string: return expression
        case .selector(let it):
            try check(it)
            return expression
        case .rangeSelector(let it):
            try check(it.selector)
            return expression
        case .subquery(var it):
            it.expression = try check(it.expression)
            let type = it.expression.valueType
            guard type == .vector else {
                throw fault(
                    "subquery is only allowed on instant vector, got \(type.rawValue) instead",
                    at: it.sourceRange
                )
            }
            return .subquery(it)
        case .parentheses(var it):
            it.expression = try check(it.expression)
            return .parentheses(it)
        case .unary(var it):
            it.operand = try check(it.operand)
            let type = it.operand.valueType
            guard type == .scalar || type == .vector else {
                let allowed = "unary expression only allowed on expressions of type scalar or instant vector"
                throw fault("\(allowed), got \(Quoting.quote(type.documentedName))", at: it.range)
            }
            return .unary(it)
        case .binary(let it): return .binary(try check(it))
        case .aggregation(let it): return .aggregation(try check(it))
        case .call(let it): return .call(try check(it))
        }
    }

    private func fault(_ message: String, at range: SourceRange) -> ParseError {
        ParseError(message, at: range, in: query)
    }

    private func check(
        _ expression: Expression,
        is type: ValueType,
        in context: String
    ) throws(ParseError) -> Expression {
        let checked = try check(expression)
        guard checked.valueType == type else {
            let names = (type.documentedName, checked.valueType.documentedName)
            throw fault("expected type \(names.0) in \(context), got \(names.1)", at: expression.range)
        }
        return checked
    }

    private func check(_ selector: VectorSelector) throws(ParseError) {
        if let name = selector.name {
            let names = selector.matchers.filter { $0.name == Labels.metricName }
            if names.count > 1 {
                let other = names.first { $0.value != name || $0.operation != .equal } ?? names[0]
                let both = "\(Quoting.quote(name)) or \(Quoting.quote(other.value))"
                throw fault("metric name must not be set twice: \(both)", at: selector.range)
            }
        }
        guard selector.matchers.contains(where: { !$0.matches("") }) else {
            throw fault("vector selector must contain at least one non-empty matcher", at: selector.range)
        }
    }

    private func check(_ aggregation: Aggregation) throws(ParseError) -> Aggregation {
        var checked = aggregation
        checked.expression = try check(aggregation.expression, is: .vector, in: "aggregation expression")
        if let parameter = aggregation.parameter {
            let type: ValueType = aggregation.operation == .countValues ? .string : .scalar
            checked.parameter = try check(parameter, is: type, in: "aggregation parameter")
        }
        return checked
    }

    private func check(_ call: FunctionCall) throws(ParseError) -> FunctionCall {
        guard let signature = FunctionSignature.named[call.name] else { return call }
        let needed = signature.arguments.count
        let given = call.arguments.count
        let rest = "argument(s) in call to \(Quoting.quote(call.name)), got \(given)"
        switch signature.extra {
        case .none:
            guard given == needed else { throw fault("expected \(needed) \(rest)", at: call.range) }
        case .optional(let count):
            guard given >= needed - 1 else { throw fault("expected at least \(needed - 1) \(rest)", at: call.range) }
            let most = needed - 1 + count
            guard given <= most else { throw fault("expected at most \(most) \(rest)", at: call.range) }
        case .any:
            guard given >= needed - 1 else { throw fault("expected at least \(needed - 1) \(rest)", at: call.range) }
        }
        var checked = call
        for (index, argument) in call.arguments.enumerated() {
            let type = signature.arguments[min(index, needed - 1)]
            checked.arguments[index] = try check(
                argument,
                is: type,
                in: "call to function \(Quoting.quote(call.name))"
            )
        }
        return checked
    }

    private func check(_ binary: BinaryExpression) throws(ParseError) -> BinaryExpression {
        var checked = binary
        checked.left = try check(binary.left)
        checked.right = try check(binary.right)
        let operation = binary.operation
        let (left, right) = (checked.left.valueType, checked.right.valueType)
        let at = binary.operatorRange
        if binary.returnsBool, !operation.isComparison {
            throw fault("bool modifier can only be used on comparison operators", at: at)
        }
        if operation.isComparison, !binary.returnsBool, left == .scalar, right == .scalar {
            throw fault("comparisons between scalars must use BOOL modifier", at: at)
        }
        if let matching = binary.matching, matching.isOn,
            let twice = matching.labels.first(where: { matching.included.contains($0) })
        {
            throw fault("label \(Quoting.quote(twice)) must not occur in ON and GROUP clause at once", at: at)
        }
        for (side, type) in [(checked.left, left), (checked.right, right)] where type != .scalar && type != .vector {
            throw fault("binary expression must contain only scalar and instant vector types", at: side.range)
        }
        let name = Quoting.quote(operation.rawValue)
        if left == .scalar || right == .scalar {
            if binary.matching?.labels.isEmpty == false {
                throw fault("vector matching only allowed between instant vectors", at: binary.range)
            }
            checked.matching = nil
            if operation.isSetOperator {
                throw fault("set operator \(name) not allowed in binary scalar expression", at: binary.range)
            }
        } else if operation.isSetOperator, binary.matching?.cardinality != .manyToMany {
            throw fault("no grouping allowed for \(name) operation", at: binary.range)
        }
        return checked
    }
}
