/// The straight line through a window's samples with the least squares.
struct LinearRegression {
    /// The rise a second.
    let slope: Double
    /// The value at the origin.
    let intercept: Double

    /// Fits the line; times count from the origin, in milliseconds since the epoch.
    init(_ window: RangeWindow, origin: Int64) {
        let first = window.first
        if window.values.allSatisfy({ $0 == first }) {
            slope = first.isInfinite ? .nan : 0
            intercept = first.isInfinite ? .nan : first
            return
        }
        var (x, y, xy, xx) = (CompensatedSum(), CompensatedSum(), CompensatedSum(), CompensatedSum())
        for (timestamp, value) in zip(window.timestamps, window.values) {
            let seconds = Double(timestamp - origin) / 1000
            x.add(seconds)
            y.add(value)
            xy.add(seconds * value)
            xx.add(seconds * seconds)
        }
        let count = Double(window.count)
        let covariance = xy.value - x.value * y.value / count
        let variance = xx.value - x.value * x.value / count
        slope = covariance / variance
        intercept = y.value / count - slope * x.value / count
    }
}
