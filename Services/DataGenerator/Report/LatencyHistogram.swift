import Histogram

/// Request latencies in microseconds, to three significant digits, from 1 µs to 60 s.
struct LatencyHistogram: Sendable {
    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1,
        highestTrackableValue: 60_000_000,
        numberOfSignificantValueDigits: .three
    )

    /// Adds one latency.
    mutating func record(_ latency: Duration) {
        histogram.record(UInt64(min(60_000_000, max(1, latency / .microseconds(1)))))
    }

    /// The latency that a share of all requests stayed within.
    func percentile(_ share: Double) -> Duration {
        .microseconds(histogram.valueAtPercentile(share * 100))
    }

    /// A percentile as a person reads it.
    func text(_ share: Double) -> String {
        let microseconds = Int(percentile(share) / .microseconds(1))
        return microseconds < 10_000
            ? "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
            : "\(microseconds / 1000) ms"
    }
}
