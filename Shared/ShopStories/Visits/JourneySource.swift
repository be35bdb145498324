/// Where a run's visits come from.
package enum JourneySource: Sendable {
    /// Visits to the shop.
    case shop(JourneyPlanner)
    /// The same single request, again and again, for measuring a server or this generator.
    case request(PlannedRequest, Population)

    /// The class of the visit with a number.
    func visitorClass(_ number: UInt64) -> JourneyClass {
        switch self {
        case .shop(let planner): planner.visitorClass(number)
        case .request: .normal
        }
    }

    /// The visit with a number.
    ///
    /// - Parameter user: Who comes; `nil` lets the population decide.
    func journey(_ number: UInt64, user: Int? = nil) -> Journey {
        switch self {
        case .shop(let planner):
            planner.journey(number, user: user)
        case .request(let request, let population):
            Journey(
                number: number,
                shopper: population.shopper(user ?? Int(number % UInt64(population.size))),
                visitorClass: .normal,
                name: "request",
                requests: [request]
            )
        }
    }
}
