/// A visit, planned to the last byte before it begins.
struct Journey: Sendable, Equatable {
    /// The journey's number in the run, from 0 on.
    let number: Int
    /// What kind of visitor it is.
    let visitorClass: JourneyClass
    /// What the visitor does, in a word or two.
    let name: String
    /// The requests, in order.
    let requests: [PlannedRequest]
}
