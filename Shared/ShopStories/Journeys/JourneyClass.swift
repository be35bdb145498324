import SeededRandom

/// What kind of visitor a journey stands for, with its share of all journeys.
package enum JourneyClass: String, Sendable, CaseIterable, Codable {
    /// Somebody who shops.
    case normal
    /// Somebody whose request cannot be granted, or who leaves in the middle.
    case errorInjection = "error_injection"
    /// Somebody who behaves unlike a shopper.
    case anomaly
    /// Somebody at the edge of what is allowed.
    case edgeCase = "edge_case"

    /// How many of twenty journeys are of this class: 70, 15, 10 and 5 percent.
    package var shareOfTwenty: Int {
        switch self {
        case .normal: 14
        case .errorInjection: 3
        case .anomaly: 2
        case .edgeCase: 1
        }
    }
}

/// Which class each journey is of: exact in every block of twenty, in an order that the seed decides.
package struct ClassMix: Sendable {
    private let seed: UInt64

    /// The mix of a seeded run.
    package init(seed: UInt64) {
        self.seed = seed
    }

    /// The class of the journey with a number, from 0 on.
    package subscript(journey: Int) -> JourneyClass {
        var random = SplitMix64(seed: seed, stream: UInt64(journey / 20) | 1 << 63)
        let block = JourneyClass.allCases
            .flatMap { Array(repeating: $0, count: $0.shareOfTwenty) }
            .shuffled(using: &random)
        return block[journey % 20]
    }
}
