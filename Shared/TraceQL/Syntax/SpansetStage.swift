/// What follows a search after a `|`.
public enum SpansetStage: Hashable, Sendable {
    /// `count() > 3`, `avg(duration) > 1s`: only traces of which it is so.
    case aggregate(Aggregate, ComparisonOperator, LiteralValue)
    /// `select(a, b)`: what is answered of each span, too.
    case select([Field])
}

/// One value of all matched spans of a trace.
public enum Aggregate: Hashable, Sendable {
    case count
    case average(Field)
    case minimum(Field)
    case maximum(Field)
    case sum(Field)

    /// What it is of; `nil` for a count.
    public var field: Field? {
        switch self {
        case .count: nil
        case .average(let field), .minimum(let field), .maximum(let field), .sum(let field): field
        }
    }
}

/// Figures over time, `rate() by(resource.service.name)`.
public struct MetricStage: Hashable, Sendable {
    /// What is drawn.
    public enum Function: Hashable, Sendable {
        /// Spans a second.
        case rate
        /// Spans of a step.
        case countOverTime
        case minimumOverTime(Field)
        case maximumOverTime(Field)
        case averageOverTime(Field)
        case sumOverTime(Field)
        /// One series a quantile.
        case quantileOverTime(Field, [Double])
        /// One series a bucket, whose bounds are powers of two.
        case histogramOverTime(Field)
    }

    /// What is drawn.
    public var function: Function
    /// One series for each combination of these.
    public var groups: [Field]

    /// Puts a stage together.
    public init(_ function: Function, by groups: [Field] = []) {
        self.function = function
        self.groups = groups
    }
}
