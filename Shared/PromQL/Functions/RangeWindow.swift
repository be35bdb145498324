/// The samples of a series in a time: at least one, later than the start and not later than the end.
struct RangeWindow {
    /// Milliseconds since the epoch.
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// How many measurements each sample stands for; one where there is nothing.
    var weights: ArraySlice<UInt64>?
    /// Milliseconds since the epoch; not in the window.
    let start: Int64
    /// Milliseconds since the epoch; in the window.
    let end: Int64

    var count: Int { values.count }

    /// How many measurements the samples stand for.
    var measurements: Double {
        guard let weights else { return Double(count) }
        return Double(weights.reduce(0, +))
    }

    var first: Double { values[0] }

    var last: Double { values[values.count - 1] }

    /// From the first sample to the last, in seconds.
    var sampledSeconds: Double {
        Double(timestamps[count - 1] - timestamps[0]) / 1000
    }

    /// The length of the window, in seconds.
    var seconds: Double {
        Double(end - start) / 1000
    }
}
