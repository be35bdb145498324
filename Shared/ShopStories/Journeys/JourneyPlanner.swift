import SeededRandom

/// Plans journeys: the same seed, number and catalogue plan the same bytes.
package struct JourneyPlanner: Sendable {
    private let seed: UInt64
    private let mix: ClassMix
    private let catalogue: Catalogue
    private let population: Population

    package init(seed: UInt64, catalogue: Catalogue, classes: ClassShares, population: Population) {
        self.seed = seed
        self.catalogue = catalogue
        self.population = population
        mix = ClassMix(classes, seed: seed)
    }

    /// The class of the visit with a number.
    func visitorClass(_ number: UInt64) -> JourneyClass { mix[Int(number)] }

    /// The visit with a number.
    ///
    /// - Parameter user: Who comes; `nil` lets the population decide.
    func journey(_ number: UInt64, user: Int? = nil) -> Journey {
        var visitor = Visitor(
            shopper: population.shopper(user ?? population.user(ofVisit: number)),
            catalogue: catalogue,
            random: SplitMix64(seed: seed, stream: number)
        )
        let visitorClass = visitorClass(number)
        let plan = visitor.plan(visitorClass, block: Int(number / 20))
        return Journey(
            number: number,
            shopper: visitor.shopper,
            visitorClass: visitorClass,
            name: plan.name,
            requests: plan.requests,
            leavesCartEmpty: plan.leavesCartEmpty
        )
    }
}
