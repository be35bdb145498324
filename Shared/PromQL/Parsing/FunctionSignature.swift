/// What a function takes and gives.
struct FunctionSignature: Sendable {
    /// How many arguments beyond the first ones there may be.
    enum Extra: Sendable {
        /// All are needed.
        case none
        /// The last one, and so many of its kind, may be there or not.
        case optional(Int)
        /// The last one may be there any number of times, none included.
        case any
    }

    let name: String
    let arguments: [ValueType]
    var extra = Extra.none
    var result = ValueType.vector
    /// Refused unless experimental functions are enabled.
    var isExperimental = false

    static let named: [String: FunctionSignature] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.name, $0) }
    )

    private static let all: [FunctionSignature] =
        [
            "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp",
            "floor", "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar", "histogram_sum", "ln",
            "log10", "log2", "rad", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp",
        ].map { FunctionSignature(name: $0, arguments: [.vector]) }
        + [
            "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "first_over_time",
            "idelta", "increase", "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time",
            "rate", "resets", "stddev_over_time", "stdvar_over_time", "sum_over_time",
        ].map { FunctionSignature(name: $0, arguments: [.matrix]) }
        + [
            "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
        ].map { FunctionSignature(name: $0, arguments: [.vector], extra: .optional(1)) }
        + [
            "mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time",
            "ts_of_min_over_time",
        ].map { FunctionSignature(name: $0, arguments: [.matrix], isExperimental: true) }
        + ["start", "end", "step", "range"].map {
            FunctionSignature(name: $0, arguments: [], result: .scalar, isExperimental: true)
        }
        + [
            FunctionSignature(name: "clamp", arguments: [.vector, .scalar, .scalar]),
            FunctionSignature(name: "clamp_max", arguments: [.vector, .scalar]),
            FunctionSignature(name: "clamp_min", arguments: [.vector, .scalar]),
            FunctionSignature(
                name: "double_exponential_smoothing",
                arguments: [.matrix, .scalar, .scalar],
                isExperimental: true
            ),
            FunctionSignature(name: "histogram_fraction", arguments: [.scalar, .scalar, .vector]),
            FunctionSignature(name: "histogram_quantile", arguments: [.scalar, .vector]),
            FunctionSignature(
                name: "histogram_quantiles",
                arguments: [.vector, .string, .scalar],
                extra: .optional(9),
                isExperimental: true
            ),
            FunctionSignature(name: "info", arguments: [.vector, .vector], extra: .optional(1), isExperimental: true),
            FunctionSignature(name: "label_join", arguments: [.vector, .string, .string, .string], extra: .any),
            FunctionSignature(name: "label_replace", arguments: [.vector, .string, .string, .string, .string]),
            FunctionSignature(name: "max_of", arguments: [.scalar, .scalar], result: .scalar, isExperimental: true),
            FunctionSignature(name: "min_of", arguments: [.scalar, .scalar], result: .scalar, isExperimental: true),
            FunctionSignature(name: "pi", arguments: [], result: .scalar),
            FunctionSignature(name: "predict_linear", arguments: [.matrix, .scalar]),
            FunctionSignature(name: "quantile_over_time", arguments: [.scalar, .matrix]),
            FunctionSignature(name: "round", arguments: [.vector, .scalar], extra: .optional(1)),
            FunctionSignature(name: "scalar", arguments: [.vector], result: .scalar),
            FunctionSignature(name: "sort_by_label", arguments: [.vector, .string], extra: .any, isExperimental: true),
            FunctionSignature(
                name: "sort_by_label_desc",
                arguments: [.vector, .string],
                extra: .any,
                isExperimental: true
            ),
            FunctionSignature(name: "start_timestamp", arguments: [.vector]),
            FunctionSignature(name: "time", arguments: [], result: .scalar),
            FunctionSignature(name: "vector", arguments: [.scalar]),
        ]
}
