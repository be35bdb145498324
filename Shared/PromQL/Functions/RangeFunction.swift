/// A function of the samples of one series in a time, such as `stddev_over_time`: for those who have samples of their own.
public struct RangeFunction: Sendable {
    private let function: RangeFunctions.Function

    /// A function that looks at one window; `nil` for a name that no such function has.
    public init?(named name: String) {
        guard let function = RangeFunctions.named[name] else { return nil }
        self.function = function
    }

    /// The function's value; `nil` where it has none, as a rate of one sample.
    ///
    /// - Parameters:
    ///   - timestamps: Milliseconds since the epoch, ascending, at least one.
    ///   - values: As many values.
    ///   - start: Where the window starts, in milliseconds since the epoch; not in it.
    ///   - end: Where it ends; in it.
    ///   - parameters: The function's other arguments.
    public func callAsFunction(
        timestamps: ArraySlice<Int64>,
        values: ArraySlice<Double>,
        from start: Int64,
        through end: Int64,
        _ parameters: [Double] = []
    ) -> Double? {
        timestamps.withUnsafeBufferPointer { timestamps in
            values.withUnsafeBufferPointer { values in
                function(RangeWindow(timestamps: timestamps, values: values, start: start, end: end), parameters)
            }
        }
    }
}
