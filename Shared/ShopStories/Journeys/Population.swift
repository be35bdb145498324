import SeededRandom

/// A fixed number of shoppers, who come in turns, in an order that the seed decides for each round.
package struct Population: Sendable {
    package let size: Int
    private let visaShare: Double
    private let seed: UInt64

    /// - Parameters:
    ///   - size: How many people there are; at least 1.
    ///   - visaShare: The share who pay by Visa.
    package init(size: Int, visaShare: Double, seed: UInt64) {
        self.size = size
        self.visaShare = visaShare
        self.seed = seed
    }

    /// The shopper with a number.
    func shopper(_ number: Int) -> Shopper { Shopper(number: number, visaShare: visaShare) }

    /// The shopper of a visit: within a round, each shopper comes once.
    func user(ofVisit visit: UInt64) -> Int {
        let (round, place) = visit.quotientAndRemainder(dividingBy: UInt64(size))
        var random = SplitMix64(seed: seed, stream: round | 1 << 62)
        let offset = UInt64.random(in: 0..<UInt64(size), using: &random)
        var stride = UInt64.random(in: 0..<UInt64(size), using: &random) | 1
        while Self.greatestCommonDivisor(stride, UInt64(size)) != 1 { stride += 2 }
        return Int((place * stride + offset) % UInt64(size))
    }

    private static func greatestCommonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }
}
