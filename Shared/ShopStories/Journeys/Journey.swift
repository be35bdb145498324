/// A visit, planned to the last byte before it begins.
struct Journey: Sendable, Equatable {
    /// The visit's number in the run.
    let number: UInt64
    let shopper: Shopper
    /// What kind of visitor it is.
    let visitorClass: JourneyClass
    /// What the visitor does, in a word or two.
    let name: String
    /// The requests, in order.
    let requests: [PlannedRequest]
    /// Whether the cart is empty afterwards, so that the session can be gone on with.
    var leavesCartEmpty = false
    /// The incident whose trigger it is; `nil` for everyday visits.
    var incident: String?
    /// Whether a scenario names the shopper.
    var isNamed = false

    /// Whether the load's own figures leave it out: the schedule of arrivals has no place for it.
    var isBesideTheLoad: Bool { incident != nil || isNamed }
}
