import PromQL

/// The values that were taken out of lines, by series.
struct ValueSeries {
    struct Series {
        let labels: Labels
        /// Nanoseconds since the epoch, ascending.
        fileprivate(set) var timestamps: [Int64] = []
        fileprivate(set) var values: [Double] = []

        /// What a function gives for the time before each step; `nil` where there is no value in it.
        ///
        /// - Parameter first: Where the time of the first step begins; not in it.
        func windows(
            steps: Int,
            first: Int64,
            step: Int64,
            length: Int64,
            _ function: WindowFunction
        ) -> [Double?] {
            var (start, end) = (0, 0)
            return (0..<steps).map { number in
                let after = first.saturatingSubtract(-Int64(number).multipliedReportingOverflow(by: step).partialValue)
                let through = after.saturatingSubtract(-length)
                while end < timestamps.count, timestamps[end] <= through { end += 1 }
                while start < end, timestamps[start] <= after { start += 1 }
                guard start < end else { return nil }
                return function.value(
                    timestamps[start..<end],
                    values[start..<end],
                    after: after,
                    through: after + length
                )
            }
        }
    }

    private(set) var series: [Series] = []
    private let limits: LogQLLimits
    private var indices: [Labels: Int] = [:]
    private var count = 0

    init(limits: LogQLLimits) {
        self.limits = limits
    }

    mutating func add(_ labels: Labels, _ timestamp: Int64, _ value: Double) throws(LogQLError) {
        count += 1
        guard count <= limits.samples else { throw .tooManySamples }
        let index: Int
        if let known = indices[labels] {
            index = known
        } else {
            index = series.count
            guard index < limits.series else { throw .tooManySeries(limits.series) }
            indices[labels] = index
            series.append(Series(labels: labels))
        }
        series[index].timestamps.append(timestamp)
        series[index].values.append(value)
    }
}

/// What becomes of the values of a time: PromQL's functions, by LogQL's names.
struct WindowFunction {
    private let function: RangeFunction
    private let parameters: [Double]
    /// Whether the sum is wanted a second.
    private let isRate: Bool

    init(_ range: RangeAggregation) throws(LogQLError) {
        isRate = range.operation == .rate
        let name =
            switch range.operation {
            case .rate, .absentOverTime: "sum_over_time"
            case .rateCounter: "rate"
            default: range.operation.rawValue
            }
        guard let function = RangeFunction(named: name) else {
            throw LogQLError("\(range.operation.rawValue) is not supported")
        }
        self.function = function
        parameters = range.parameter.map { [$0] } ?? []
    }

    func value(
        _ timestamps: ArraySlice<Int64>,
        _ values: ArraySlice<Double>,
        after: Int64,
        through: Int64
    ) -> Double? {
        let milliseconds = timestamps.map { $0 / 1_000_000 }[...]
        let value = function(
            timestamps: milliseconds,
            values: values,
            from: after / 1_000_000,
            through: through / 1_000_000,
            parameters
        )
        return isRate ? value.map { $0 * 1e9 / Double(through - after) } : value
    }
}
