/// A classic histogram at one step: cumulative counts below upper bounds.
struct BucketHistogram {
    struct Bucket {
        var upperBound: Double
        var count: Double
    }

    private(set) var buckets: [Bucket]
    /// Whether counts had to be raised so that none is below the one before.
    private(set) var wasForced = false

    /// How far two counts may differ, relatively, and still be the same count that was rounded differently.
    private static let tolerance = 1e-12

    /// Buckets in any order; those with equal bounds are added up.
    init(_ unsorted: [Bucket]) {
        buckets = []
        for bucket in unsorted.sorted(by: { $0.upperBound < $1.upperBound }) {
            if let last = buckets.last, last.upperBound == bucket.upperBound {
                buckets[buckets.count - 1].count += bucket.count
            } else {
                buckets.append(bucket)
            }
        }
        makeMonotonic()
    }

    private mutating func makeMonotonic() {
        guard var previous = buckets.first?.count else { return }
        for index in buckets.indices.dropFirst() {
            let count = buckets[index].count
            if count == previous { continue }
            if Self.isNearly(count, previous) {
                buckets[index].count = previous
            } else if count < previous {
                buckets[index].count = previous
                wasForced = true
            } else {
                previous = count
            }
        }
    }

    private static func isNearly(_ one: Double, _ other: Double) -> Bool {
        let smallest = Double.leastNormalMagnitude
        let sum = one.magnitude + other.magnitude
        let difference = (one - other).magnitude
        if one == 0 || other == 0 || sum < smallest { return difference < tolerance * smallest }
        return difference / min(sum, .greatestFiniteMagnitude) < tolerance
    }

    private var isComplete: Bool {
        buckets.count >= 2 && buckets[buckets.count - 1].upperBound == .infinity && observations != 0
    }

    private var observations: Double {
        buckets[buckets.count - 1].count
    }

    /// The value below which a share of the observations lies, taken as spread evenly in their bucket.
    func quantile(_ share: Double) -> Double {
        if share.isNaN { return .nan }
        if share < 0 { return -.infinity }
        if share > 1 { return .infinity }
        guard isComplete else { return .nan }
        let rank = share * observations
        let last = buckets.count - 1
        let index = buckets[..<last].firstIndex { $0.count >= rank } ?? last
        if index == last { return buckets[last - 1].upperBound }
        if index == 0, buckets[0].upperBound <= 0 { return buckets[0].upperBound }
        let (lower, below) = index == 0 ? (0, 0) : (buckets[index - 1].upperBound, buckets[index - 1].count)
        let inBucket = buckets[index].count - below
        return lower + (buckets[index].upperBound - lower) * ((rank - below) / inBucket)
    }

    /// The share of the observations between two values.
    func fraction(from lower: Double, to upper: Double) -> Double {
        guard isComplete, !lower.isNaN, !upper.isNaN else { return .nan }
        if lower >= upper { return 0 }
        return (rank(of: upper) - rank(of: lower)) / observations
    }

    private func rank(of value: Double) -> Double {
        var below = 0.0
        var lower = buckets[0].upperBound > 0 ? 0 : -Double.infinity
        for bucket in buckets {
            if value <= lower { return below }
            if value < bucket.upperBound {
                if lower.isInfinite || bucket.upperBound.isInfinite { return below }
                return below + (bucket.count - below) * ((value - lower) / (bucket.upperBound - lower))
            }
            (lower, below) = (bucket.upperBound, bucket.count)
        }
        return below
    }
}
