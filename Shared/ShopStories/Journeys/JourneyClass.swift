import SeededRandom

/// What kind of visitor a journey stands for.
package enum JourneyClass: String, Sendable, CaseIterable, Codable {
    /// A purchase.
    case normal
    /// A visit that fails or is abandoned.
    case errorInjection = "error_injection"
    /// Behaviour unlike a shopper's.
    case anomaly
    /// Input at the edge of what is allowed.
    case edgeCase = "edge_case"
}

/// Which class each visit is of: exact in every block of visits, in an order that the seed decides.
struct ClassMix: Sendable {
    private let seed: UInt64
    private let block: [JourneyClass]

    /// The mix of a seeded run.
    init(_ shares: ClassShares, seed: UInt64) {
        self.seed = seed
        block = shares.block
    }

    /// The class of the visit with a number, from 0 on.
    subscript(visit: Int) -> JourneyClass {
        guard block.count > 1 else { return block[0] }
        var random = SplitMix64(seed: seed, stream: UInt64(visit / block.count) | 1 << 63)
        return block.shuffled(using: &random)[visit % block.count]
    }
}
