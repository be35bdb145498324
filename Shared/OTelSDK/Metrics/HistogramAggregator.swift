import OTLP

/// A distribution in buckets with explicit bounds.
final class HistogramAggregator: Aggregator {
    let boundaries: [Double]
    let recordsMinMax: Bool
    private(set) var counts: [UInt64]
    private(set) var count: UInt64 = 0
    private(set) var sum: Double = 0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity

    init(boundaries: [Double], recordsMinMax: Bool, startTime: UInt64, reservoir: (any ExemplarReservoir)?) {
        self.boundaries = boundaries
        self.recordsMinMax = recordsMinMax
        counts = Array(repeating: 0, count: boundaries.count + 1)
        super.init(startTime: startTime, reservoir: reservoir)
    }

    @inline(__always)
    override func record(_ value: NumberValue) -> Bool {
        let value = value.double
        // Only a gauge's, which a view makes a distribution of.
        guard value.isFinite else { return true }
        isFresh = true
        counts[Self.bucket(of: value, in: boundaries)] &+= 1
        count &+= 1
        if value < minimum { minimum = value }
        if value > maximum { maximum = value }
        return sum.add(saturating: value)
    }

    /// The bucket of a value: bounds are inclusive above.
    static func bucket(of value: Double, in boundaries: [Double]) -> Int {
        boundaries.withUnsafeBufferPointer { boundaries in
            if boundaries.count <= 32 {
                var index = 0
                while index < boundaries.count, boundaries[index] < value { index += 1 }
                return index
            }
            var low = 0
            var high = boundaries.count
            while low < high {
                let middle = (low + high) / 2
                if boundaries[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        for index in counts.indices { counts[index] = 0 }
        count = 0
        sum = 0
        minimum = .infinity
        maximum = -.infinity
    }
}
