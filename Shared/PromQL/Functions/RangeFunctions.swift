/// The functions of a range vector that look at one series' window at a time.
enum RangeFunctions {
    /// Gives a window's value, `nil` where there is none. The numbers are the function's other arguments.
    typealias Function = @Sendable (RangeWindow, [Double]) -> Double?

    static let named: [String: Function] = [
        "avg_over_time": { window, _ in
            window.weights == nil ? average(window.values) : sum(window.values) / window.measurements
        },
        "changes": { window, _ in changes(window) },
        "count_over_time": { window, _ in window.measurements },
        "delta": { window, _ in Extrapolation.change(in: window, isCounter: false) },
        "deriv": { window, _ in
            guard window.count > 1 else { return nil }
            return LinearRegression(window, origin: window.timestamps[0]).slope
        },
        "double_exponential_smoothing": { window, numbers in smooth(window.values, numbers[0], numbers[1]) },
        "first_over_time": { window, _ in window.first },
        "idelta": { window, _ in lastChange(window, isRate: false) },
        "increase": { window, _ in Extrapolation.change(in: window, isCounter: true) },
        "irate": { window, _ in lastChange(window, isRate: true) },
        "last_over_time": { window, _ in window.last },
        "mad_over_time": { window, _ in medianAbsoluteDeviation(window.values) },
        "max_over_time": { window, _ in window.values[extreme(window.values, >)] },
        "min_over_time": { window, _ in window.values[extreme(window.values, <)] },
        // The last number is the time of the evaluation in milliseconds, which an offset does not shift.
        "predict_linear": { window, numbers in
            guard window.count > 1 else { return nil }
            let regression = LinearRegression(window, origin: Int64(numbers[1]))
            return regression.slope * numbers[0] + regression.intercept
        },
        "present_over_time": { _, _ in 1 },
        "quantile_over_time": { window, numbers in
            var values = Array(window.values)
            return Quantile.of(&values, numbers[0])
        },
        "rate": { window, _ in Extrapolation.change(in: window, isCounter: true).map { $0 / window.seconds } },
        "resets": { window, _ in resets(window) },
        "stddev_over_time": { window, _ in variance(window.values).squareRoot() },
        "stdvar_over_time": { window, _ in variance(window.values) },
        "sum_over_time": { window, _ in sum(window.values) },
        "ts_of_first_over_time": { window, _ in Double(window.timestamps[0]) / 1000 },
        "ts_of_last_over_time": { window, _ in Double(window.timestamps[window.count - 1]) / 1000 },
        "ts_of_max_over_time": { window, _ in Double(window.timestamps[extreme(window.values, >=)]) / 1000 },
        "ts_of_min_over_time": { window, _ in Double(window.timestamps[extreme(window.values, <=)]) / 1000 },
    ]

    /// The functions that give samples of the series as they are, which so stay the metric's.
    static let keepingMetricName: Set<String> = ["first_over_time", "last_over_time"]

    private static func changes(_ window: RangeWindow) -> Double {
        var count = 0
        for index in 1..<max(1, window.count) {
            let (previous, value) = (window.values[index - 1], window.values[index])
            if value != previous, !(value.isNaN && previous.isNaN) { count += 1 }
        }
        return Double(count)
    }

    private static func resets(_ window: RangeWindow) -> Double {
        var count = 0
        for index in 1..<max(1, window.count) where window.values[index] < window.values[index - 1] { count += 1 }
        return Double(count)
    }

    /// The change between the last two samples, for `irate` a second and with resets seen.
    private static func lastChange(_ window: RangeWindow, isRate: Bool) -> Double? {
        guard window.count > 1 else { return nil }
        let previous = window.values[window.count - 2]
        guard isRate else { return window.last - previous }
        let change = window.last < previous ? window.last : window.last - previous
        let milliseconds = window.timestamps[window.count - 1] - window.timestamps[window.count - 2]
        return milliseconds == 0 ? nil : change / (Double(milliseconds) / 1000)
    }

    /// The index of the first value that no other surpasses; NaN only where there is nothing else.
    private static func extreme(
        _ values: UnsafeBufferPointer<Double>,
        _ surpasses: (Double, Double) -> Bool
    ) -> Int {
        var best = 0
        for index in values.indices where surpasses(values[index], values[best]) || values[best].isNaN { best = index }
        return best
    }

    private static func sum(_ values: UnsafeBufferPointer<Double>) -> Double {
        var sum = CompensatedSum()
        for value in values { sum.add(value) }
        return sum.value
    }

    static func average(_ values: some Collection<Double>) -> Double {
        var mean = RunningMean()
        for value in values { mean.add(value) }
        return mean.value
    }

    static func variance(_ values: UnsafeBufferPointer<Double>) -> Double {
        var variance = RunningVariance()
        for value in values { variance.add(value) }
        return variance.value
    }

    private static func medianAbsoluteDeviation(_ values: UnsafeBufferPointer<Double>) -> Double {
        var sorted = Array(values)
        let median = Quantile.of(&sorted, 0.5)
        var deviations = values.map { ($0 - median).magnitude }
        return Quantile.of(&deviations, 0.5)
    }

    /// Holt's linear method: a smoothed level and a smoothed trend.
    private static func smooth(
        _ values: UnsafeBufferPointer<Double>,
        _ levelFactor: Double,
        _ trendFactor: Double
    ) -> Double? {
        guard values.count > 1 else { return nil }
        var (previous, level) = (0.0, values[0])
        var trend = values[1] - values[0]
        for index in 1..<values.count {
            if index > 1 { trend = trendFactor * (level - previous) + (1 - trendFactor) * trend }
            let next = levelFactor * values[index] + (1 - levelFactor) * (level + trend)
            (previous, level) = (level, next)
        }
        return level
    }
}
