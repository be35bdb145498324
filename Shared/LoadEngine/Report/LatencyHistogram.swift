import Histogram

/// Latencies to three significant digits, from 100 ns to 120 s.
package struct LatencyHistogram: Sendable {
    /// Nanoseconds in one unit of the histogram.
    private static let unit: Int64 = 100
    private static let longest: UInt64 = 1_200_000_000

    private var histogram = Histogram<UInt32>(
        lowestDiscernibleValue: 1,
        highestTrackableValue: Self.longest,
        numberOfSignificantValueDigits: .three
    )

    /// How many latencies were recorded.
    package var count: Int { Int(histogram.totalCount) }

    /// The longest latency, in nanoseconds.
    package var maximum: Int64 { count == 0 ? 0 : Int64(histogram.max) * Self.unit }

    /// The mean latency, in nanoseconds.
    package var mean: Double { count == 0 ? 0 : histogram.mean * Double(Self.unit) }

    /// Adds one latency, in nanoseconds.
    package mutating func record(_ nanoseconds: Int64) {
        histogram.record(min(Self.longest, UInt64(max(1, nanoseconds / Self.unit))))
    }

    /// Adds all latencies of another histogram.
    package mutating func add(_ other: LatencyHistogram) {
        histogram.add(other.histogram)
    }

    /// Forgets all.
    package mutating func reset() {
        histogram.reset()
    }

    /// The latency, in nanoseconds, that a share of all requests stayed within; 0 of none.
    package func percentile(_ percent: Double) -> Int64 {
        count == 0 ? 0 : Int64(histogram.valueAtPercentile(percent)) * Self.unit
    }

    /// The distribution in HdrHistogram's `.hgrm` text, in milliseconds.
    package var hgrm: String {
        var text = ""
        histogram.outputPercentileDistribution(
            to: &text,
            outputValueUnitScalingRatio: 1_000_000 / Double(Self.unit),
            percentileTicksPerHalfDistance: 5
        )
        return text
    }

    /// Points of the distribution: a percentile, and the nanoseconds that so many stayed within.
    package var distribution: [(percentile: Double, nanoseconds: Int64)] {
        count == 0
            ? []
            : histogram.percentiles(ticksPerHalfDistance: 5).map {
                ($0.percentileLevelIteratedTo, Int64($0.value) * Self.unit)
            }
    }
}
