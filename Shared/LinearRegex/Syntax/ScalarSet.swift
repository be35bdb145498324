/// A set of Unicode scalars as sorted ranges that neither overlap nor touch.
struct ScalarSet: Hashable {
    private(set) var ranges: [ClosedRange<UInt32>] = []

    static let maximum: UInt32 = 0x10FFFF
    private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

    static let all = ScalarSet([0...0xD7FF, 0xE000...maximum])
    static let digits = ScalarSet([0x30...0x39])
    static let spaces = ScalarSet([0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    static let words = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        insert(ranges)
    }

    init(_ scalar: Unicode.Scalar) {
        ranges = [scalar.value...scalar.value]
    }

    var count: Int {
        ranges.reduce(0) { $0 + $1.count }
    }

    var scalars: [Unicode.Scalar] {
        ranges.flatMap { $0.compactMap { Unicode.Scalar($0) } }
    }

    mutating func insert(_ more: [ClosedRange<UInt32>]) {
        var merged: [ClosedRange<UInt32>] = []
        for range in (ranges + more).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    func union(_ other: ScalarSet) -> ScalarSet {
        var result = self
        result.insert(other.ranges)
        return result
    }

    /// Everything else, surrogates excepted, which no text contains.
    var inverted: ScalarSet {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in union(ScalarSet([Self.surrogates])).ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.maximum { result.append(next...Self.maximum) }
        return ScalarSet(result)
    }

    /// The set with all that differs only in case.
    var ignoringCase: ScalarSet {
        var more: [ClosedRange<UInt32>] = []
        for range in ranges {
            for value in range where value <= CaseFolding.last {
                more += CaseFolding.variants(of: value).map { $0...$0 }
            }
        }
        return union(ScalarSet(more))
    }
}
