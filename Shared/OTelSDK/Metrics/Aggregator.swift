import OTLP

/// The state of one series. Its owner's lock guards it.
class Aggregator {
    /// When the series began, in nanoseconds since 1970.
    var startTime: UInt64
    /// Whether something was recorded since the last collection.
    var isFresh = false
    final var reservoir: (any ExemplarReservoir)?

    init(startTime: UInt64, reservoir: (any ExemplarReservoir)?) {
        self.startTime = startTime
        self.reservoir = reservoir
    }

    func record(_ value: NumberValue) {}

    /// Back to nothing, for delta temporality.
    func reset(at time: UInt64) {
        startTime = time
        isFresh = false
    }
}

extension NumberValue {
    @inline(__always)
    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        }
    }
}

/// A sum. Integers wrap around where they overflow.
final class SumAggregator: Aggregator {
    private(set) var integer: Int64 = 0
    private(set) var double: Double = 0

    @inline(__always)
    override func record(_ value: NumberValue) {
        isFresh = true
        switch value {
        case .int(let value): integer &+= value
        case .double(let value): double += value
        }
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        integer = 0
        double = 0
    }
}

/// The last value; for observed sums, the total that was observed last and the one before.
final class LastValueAggregator: Aggregator {
    private(set) var value: NumberValue?
    /// What the last collection saw, from which a delta is counted.
    var previous: NumberValue?

    override func record(_ value: NumberValue) {
        isFresh = true
        self.value = value
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        value = nil
    }
}

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
    override func record(_ value: NumberValue) {
        let value = value.double
        guard !value.isNaN else { return }
        isFresh = true
        counts[Self.bucket(of: value, in: boundaries)] &+= 1
        count &+= 1
        sum += value
        if value < minimum { minimum = value }
        if value > maximum { maximum = value }
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
