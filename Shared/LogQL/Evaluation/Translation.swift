import PromQL

/// Makes an expression of PromQL of one of LogQL. Aggregations of lines become selectors whose names are numbers.
struct Translation {
    /// An aggregation of lines, and the labels that are asked of its results.
    struct Leaf {
        var range: RangeAggregation
        /// What the sum around it groups by, so that no more need be told apart.
        var sumGrouping: Grouping?
        var isSummed = false
    }

    private(set) var leaves: [Leaf] = []
    /// Whether something in it is for one time only.
    private(set) var isForOneTime = false

    mutating func expression(of expression: MetricExpression) throws -> Expression {
        switch expression {
        case .number(let number): return .number(NumberLiteral(number))
        case .vector(let number):
            return .call(FunctionCall(name: "vector", arguments: [.number(NumberLiteral(number))]))
        case .parentheses(let inner):
            return .parentheses(ParenthesizedExpression(expression: try self.expression(of: inner)))
        case .range(let range): return try selector(Leaf(range: range))
        case .labelReplace(let it):
            let texts = [it.target, it.replacement, it.source, it.pattern]
            let arguments = texts.map { Expression.string(StringLiteral(value: $0)) }
            return .call(
                FunctionCall(name: "label_replace", arguments: [try self.expression(of: it.expression)] + arguments)
            )
        case .binary(let it):
            var matching = it.matching
            if it.left.isScalar || it.right.isScalar {
                matching = nil
            } else if matching == nil {
                matching = VectorMatching(
                    cardinality: it.operation.isSetOperator ? .manyToMany : .oneToOne,
                    isOn: false,
                    labels: [],
                    included: []
                )
            }
            return .binary(
                BinaryExpression(
                    operation: it.operation,
                    returnsBool: it.returnsBool,
                    matching: matching,
                    left: try self.expression(of: it.left),
                    right: try self.expression(of: it.right)
                )
            )
        case .aggregation(let it): return try self.expression(of: it)
        }
    }

    private mutating func expression(of aggregation: VectorAggregation) throws -> Expression {
        let inner: Expression
        if aggregation.operation == .sum, case .range(let range) = aggregation.expression.withoutParentheses {
            inner = try selector(Leaf(range: range, sumGrouping: aggregation.grouping, isSummed: true))
        } else {
            inner = try expression(of: aggregation.expression)
        }
        let operation: AggregationOperator
        switch aggregation.operation {
        case .sort, .sortDescending:
            return .call(FunctionCall(name: aggregation.operation.rawValue, arguments: [inner]))
        case .approxTopk:
            isForOneTime = true
            operation = .topk
        default: operation = AggregationOperator(rawValue: aggregation.operation.rawValue) ?? .sum
        }
        return .aggregation(
            Aggregation(
                operation: operation,
                parameter: aggregation.parameter.map { .number(NumberLiteral($0)) },
                expression: inner,
                labels: aggregation.grouping?.labels ?? [],
                isWithout: aggregation.grouping?.isWithout ?? false
            )
        )
    }

    private mutating func selector(_ leaf: Leaf) throws -> Expression {
        leaves.append(leaf)
        let name = "\(leaves.count - 1)"
        return .selector(VectorSelector(name: name, matchers: [try LabelMatcher(Labels.metricName, .equal, name)]))
    }
}

extension MetricExpression {
    fileprivate var withoutParentheses: MetricExpression {
        if case .parentheses(let inner) = self { inner.withoutParentheses } else { self }
    }
}
