/// How the elements of a group become one, or a few.
public enum AggregationOperator: String, Hashable, Sendable, CaseIterable {
    /// The sum.
    case sum
    /// The arithmetic mean.
    case avg
    /// The smallest.
    case min
    /// The greatest.
    case max
    /// How many there are.
    case count
    /// 1 where there is any.
    case group
    /// The population's standard deviation.
    case stddev
    /// The population's variance.
    case stdvar
    /// The greatest elements.
    case topk
    /// The smallest elements.
    case bottomk
    /// A quantile, linear between two elements.
    case quantile
    /// How many elements there are of each value.
    case countValues = "count_values"
    /// Any elements; experimental.
    case limitk
    /// A share of the elements; experimental, and not supported.
    case limitRatio = "limit_ratio"

    /// Whether it takes a parameter before the vector.
    var hasParameter: Bool {
        switch self {
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: true
        default: false
        }
    }
}

/// A vector aggregated by its labels.
public struct Aggregation: Hashable, Sendable {
    /// What is done with a group.
    public var operation: AggregationOperator
    /// The number or text that the operator takes.
    public var parameter: Expression?
    /// The vector.
    public var expression: Expression
    /// The labels of `by` or `without`.
    public var labels: [String]
    /// Whether ``labels`` are those that do not count (`without`).
    public var isWithout: Bool
    /// Where it stands in the query.
    public var range: SourceRange

    /// An aggregation, which stands nowhere by default.
    public init(
        operation: AggregationOperator,
        parameter: Expression?,
        expression: Expression,
        labels: [String],
        isWithout: Bool,
        range: SourceRange = .none
    ) {
        self.operation = operation
        self.parameter = parameter
        self.expression = expression
        self.labels = labels
        self.isWithout = isWithout
        self.range = range
    }
}
