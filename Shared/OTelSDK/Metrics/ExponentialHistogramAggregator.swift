import Glibc
import OTLP

/// A distribution in buckets whose bounds grow by the factor 2^(2^-scale). The scale begins at its maximum and is
/// lowered, which merges neighbours, whenever the buckets would not suffice (OpenTelemetry specification, Metrics Data
/// Model, ExponentialHistogram).
final class ExponentialHistogramAggregator: Aggregator {
    /// Buckets next to each other, from the index `offset` on.
    struct Buckets {
        var offset = 0
        var counts: [UInt64] = []

        var isEmpty: Bool { counts.isEmpty }

        /// How many buckets there would be with this index, too, on a scale that is lower by so much.
        func span(including index: Int, loweredBy change: Int) -> Int {
            if isEmpty { return 1 }
            let last = max(index, offset + counts.count - 1) >> change
            return last - min(index, offset) >> change + 1
        }

        mutating func increment(_ index: Int) {
            if isEmpty {
                offset = index
                counts = [1]
                return
            }
            if index < offset {
                counts.insert(contentsOf: repeatElement(0, count: offset - index), at: 0)
                offset = index
            } else if index >= offset + counts.count {
                counts.append(contentsOf: repeatElement(0, count: index - offset - counts.count + 1))
            }
            counts[index - offset] &+= 1
        }

        /// Merges neighbours so that the scale is lower by so much.
        mutating func lower(by change: Int) {
            guard !isEmpty, change > 0 else { return }
            let first = offset >> change
            var merged = Array(repeating: UInt64(0), count: (offset + counts.count - 1) >> change - first + 1)
            for (index, count) in counts.enumerated() { merged[(offset + index) >> change - first] &+= count }
            offset = first
            counts = merged
        }
    }

    static let minimumScale = -10

    let maximumSize: Int
    let recordsMinMax: Bool
    private let maximumScale: Int
    private(set) var scale: Int
    fileprivate(set) var positive = Buckets()
    fileprivate(set) var negative = Buckets()
    private(set) var zeroCount: UInt64 = 0
    private(set) var count: UInt64 = 0
    private(set) var sum: Double = 0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity

    init(
        maximumSize: Int,
        maximumScale: Int,
        recordsMinMax: Bool,
        startTime: UInt64,
        reservoir: (any ExemplarReservoir)?
    ) {
        self.maximumSize = max(2, maximumSize)
        self.maximumScale = min(20, max(Self.minimumScale, maximumScale))
        self.recordsMinMax = recordsMinMax
        scale = self.maximumScale
        super.init(startTime: startTime, reservoir: reservoir)
    }

    override func record(_ value: NumberValue) -> Bool {
        let value = value.double
        // Only a gauge's, which a view makes a distribution of.
        guard value.isFinite else { return true }
        isFresh = true
        count &+= 1
        if value < minimum { minimum = value }
        if value > maximum { maximum = value }
        if value == 0 {
            zeroCount &+= 1
        } else if value > 0 {
            increment(\.positive, value)
        } else {
            increment(\.negative, -value)
        }
        return sum.add(saturating: value)
    }

    private func increment(_ sign: ReferenceWritableKeyPath<ExponentialHistogramAggregator, Buckets>, _ value: Double) {
        var index = Self.index(of: value, scale: scale)
        var change = 0
        while self[keyPath: sign].span(including: index, loweredBy: change) > maximumSize,
            scale - change > Self.minimumScale
        {
            change += 1
        }
        if change > 0 {
            // Both signs share one scale.
            positive.lower(by: change)
            negative.lower(by: change)
            scale -= change
            index >>= change
        }
        self[keyPath: sign].increment(index)
    }

    /// The index of the bucket (lower bound exclusive, upper inclusive) of a positive value.
    static func index(of value: Double, scale: Int) -> Int {
        let value = max(value, .leastNormalMagnitude)
        let exponent = Int(value.exponent)
        let isPowerOfTwo = value.significandBitPattern == 0
        guard scale > 0 else {
            // Whole powers of two, several at a time.
            return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale
        }
        // A power of two is the upper bound of its bucket, which logarithms would not hit exactly.
        if isPowerOfTwo { return exponent << scale - 1 }
        let index = Int(Glibc.floor(Glibc.log2(value.significand) * Double(1 << scale)))
        return exponent << scale + min(max(index, 0), 1 << scale - 1)
    }

    override func reset(at time: UInt64) {
        super.reset(at: time)
        scale = maximumScale
        positive = Buckets()
        negative = Buckets()
        zeroCount = 0
        count = 0
        sum = 0
        minimum = .infinity
        maximum = -.infinity
    }
}
