/// How long something took, counted in the buckets of Prometheus.
public struct DurationHistogram: Sendable {
    /// The upper bounds, in seconds.
    public static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// How many values fell into each bucket; the last one has no bound.
    public private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    /// The sum of all values, in seconds.
    public private(set) var sum = 0.0

    /// Creates a histogram without values.
    public init() {}

    /// Adds a value.
    public mutating func record(_ duration: Duration) {
        let seconds = duration / .seconds(1)
        sum += seconds
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    }
}
