import LoadEngine

/// The record of one finished request.
struct RequestRecord: Sendable {
    /// Sent as `X-Request-Id`; unique in the run.
    let requestID: RequestID
    /// The trace that the answer named, or `nil` without an answer.
    let traceID: String?
    /// The visit that the request belongs to.
    let visit: UInt64
    /// The shopper's address.
    let user: String
    let visitorClass: JourneyClass
    let journey: String
    let step: String
    let method: String
    /// Path and query as they were sent.
    let path: String
    /// When it should have been sent.
    let intended: Instant
    /// When it was sent.
    let started: Instant
    /// When the answer was complete, or the request had failed.
    let ended: Instant
    let expectation: ExpectedOutcome
    let outcome: RequestOutcome
    /// The incident whose trigger sent it; `nil` for everyday traffic.
    let incident: String?
    /// Whether the load's own figures leave it out.
    var isBesideTheLoad = false

    /// Whether the outcome was the expected one.
    var isExpected: Bool { expectation.holds(for: outcome) }
}
