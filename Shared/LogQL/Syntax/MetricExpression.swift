public import PromQL

/// An expression that gives numbers.
public indirect enum MetricExpression: Hashable, Sendable {
    /// `100`.
    case number(Double)
    /// `vector(1)`.
    case vector(Double)
    /// `rate({service_name="shop"}[5m])`.
    case range(RangeAggregation)
    /// `sum by (level) (x)`.
    case aggregation(VectorAggregation)
    /// `a / on (job) b`.
    case binary(MetricBinary)
    /// `label_replace(x, "a", "$1", "b", "(.*)")`.
    case labelReplace(LabelReplacement)
    /// `(x)`.
    case parentheses(MetricExpression)

    /// The aggregations of lines in it, in the order in which they stand.
    public var ranges: [RangeAggregation] {
        switch self {
        case .number, .vector: []
        case .range(let it): [it]
        case .aggregation(let it): it.expression.ranges
        case .binary(let it): it.left.ranges + it.right.ranges
        case .labelReplace(let it): it.expression.ranges
        case .parentheses(let it): it.ranges
        }
    }
}

/// What becomes of the lines of a time before each step.
public enum RangeOperation: String, Hashable, Sendable, CaseIterable {
    /// How many there are.
    case countOverTime = "count_over_time"
    /// How many there are a second; with `unwrap`, the sum of values a second.
    case rate
    /// By how much a counter in the lines rises a second.
    case rateCounter = "rate_counter"
    /// The bytes of the lines.
    case bytesOverTime = "bytes_over_time"
    /// The bytes of the lines a second.
    case bytesRate = "bytes_rate"
    /// 1 where there is no line.
    case absentOverTime = "absent_over_time"
    /// The sum of values.
    case sumOverTime = "sum_over_time"
    /// The mean of values.
    case avgOverTime = "avg_over_time"
    /// The smallest value.
    case minOverTime = "min_over_time"
    /// The greatest value.
    case maxOverTime = "max_over_time"
    /// The population's variance.
    case stdvarOverTime = "stdvar_over_time"
    /// The population's standard deviation.
    case stddevOverTime = "stddev_over_time"
    /// A quantile of values.
    case quantileOverTime = "quantile_over_time"
    /// The earliest value.
    case firstOverTime = "first_over_time"
    /// The latest value.
    case lastOverTime = "last_over_time"

    /// Whether it works on the lines themselves.
    var takesLines: Bool {
        switch self {
        case .countOverTime, .rate, .bytesOverTime, .bytesRate, .absentOverTime: true
        default: false
        }
    }

    /// Whether it works on values that `unwrap` takes out of labels.
    var takesValues: Bool {
        switch self {
        case .countOverTime, .bytesOverTime, .bytesRate: false
        default: true
        }
    }

    /// Whether it may have `by` or `without` of its own.
    var takesGrouping: Bool {
        switch self {
        case .avgOverTime, .minOverTime, .maxOverTime, .stdvarOverTime, .stddevOverTime, .quantileOverTime,
            .firstOverTime, .lastOverTime:
            true
        default: false
        }
    }
}

/// An aggregation of the lines of a time before each step.
public struct RangeAggregation: Hashable, Sendable {
    /// What becomes of them.
    public var operation: RangeOperation
    /// The quantile, of `quantile_over_time`.
    public var parameter: Double?
    /// The lines.
    public var selector: LogSelector
    /// How the value is taken out of a line's labels; `nil` where the lines themselves count.
    public var unwrap: Unwrap?
    /// The length of time, in nanoseconds.
    public var range: Int64
    /// How far back that time lies, in nanoseconds; negative lies ahead.
    public var offset: Int64
    /// The labels of the results; `nil` for all.
    public var grouping: Grouping?
}

/// Which label of a line is its value.
public struct Unwrap: Hashable, Sendable {
    /// How the text becomes a number.
    public enum Conversion: String, Hashable, Sendable, CaseIterable {
        /// A duration, in seconds.
        case duration
        /// The same by another name.
        case durationSeconds = "duration_seconds"
        /// A size, in bytes.
        case bytes
    }

    /// The label's name.
    public var label: String
    /// How its text becomes a number; `nil` where it is one.
    public var conversion: Conversion?
    /// Conditions that are tested afterwards, so on `__error__` too.
    public var filters: [LabelFilter]
}

/// The labels that tell results apart.
public struct Grouping: Hashable, Sendable {
    /// The labels of `by` or `without`.
    public var labels: [String]
    /// Whether ``labels`` are those that do not count (`without`).
    public var isWithout: Bool
}

/// How the elements of a group become one, or a few.
public enum VectorOperation: String, Hashable, Sendable, CaseIterable {
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
    /// The population's standard deviation.
    case stddev
    /// The population's variance.
    case stdvar
    /// The greatest elements.
    case topk
    /// The smallest elements.
    case bottomk
    /// The greatest elements, as Loki finds them by a sketch; here they are exact.
    case approxTopk = "approx_topk"
    /// All, the smallest first.
    case sort
    /// All, the greatest first.
    case sortDescending = "sort_desc"

    /// Whether it takes a number before the vector.
    var hasParameter: Bool {
        self == .topk || self == .bottomk || self == .approxTopk
    }
}

/// A vector aggregated by its labels.
public struct VectorAggregation: Hashable, Sendable {
    /// What is done with a group.
    public var operation: VectorOperation
    /// How many elements, of those that choose some.
    public var parameter: Double?
    /// The vector.
    public var expression: MetricExpression
    /// The labels of the groups; `nil` for one group of all.
    public var grouping: Grouping?
}

/// An operator between two expressions.
public struct MetricBinary: Hashable, Sendable {
    /// The operator, which is PromQL's.
    public var operation: BinaryOperator
    /// Whether a comparison gives 0 or 1 instead of leaving elements out.
    public var returnsBool: Bool
    /// How vectors are matched, where it is said.
    public var matching: VectorMatching?
    /// The left side.
    public var left: MetricExpression
    /// The right side.
    public var right: MetricExpression
}

/// A label made of another by a regular expression.
public struct LabelReplacement: Hashable, Sendable {
    /// The vector.
    public var expression: MetricExpression
    /// The label that is set.
    public var target: String
    /// Its value, with `$1` for what the expression captured.
    public var replacement: String
    /// The label that is looked at.
    public var source: String
    /// The expression, anchored.
    public var pattern: String
}
