/// Plans journeys: the same seed, number and catalogue plan the same bytes.
struct JourneyPlanner: Sendable {
    /// How many people shop here; a journey belongs to one of them.
    static let shoppers = 1_000

    private let seed: UInt64
    private let mix: ClassMix?
    private let catalogue: Catalogue

    /// - Parameter classes: Whether all classes are planned; otherwise everybody shops.
    init(seed: UInt64, catalogue: Catalogue, classes: Bool) {
        self.seed = seed
        self.catalogue = catalogue
        mix = classes ? ClassMix(seed: seed) : nil
    }

    /// The journey with a number.
    subscript(number: Int) -> Journey {
        var random = SeededGenerator(seed: seed, stream: UInt64(number))
        var visitor = Visitor(
            shopper: Shopper(number: Int.random(in: 0..<Self.shoppers, using: &random)),
            catalogue: catalogue,
            random: random
        )
        let visitorClass = mix?[number] ?? .normal
        let (name, requests) = visitor.plan(visitorClass, block: number / 20)
        return Journey(number: number, visitorClass: visitorClass, name: name, requests: requests)
    }
}
