/// One finished request, as a report counts it.
package struct RequestSample: Sendable {
    /// The class of its visit; `nil` for what is sent beside the load and counted apart from it.
    package let visitClass: String?
    /// The name of its step.
    package let step: String
    /// When it should have been sent.
    package let due: Instant
    /// When it was sent.
    package let started: Instant
    /// When the answer was complete, or the request had failed.
    package let ended: Instant
    package let outcome: RequestOutcome
    /// Whether the outcome was the expected one.
    package let isExpected: Bool

    /// Creates a sample.
    package init(
        visitClass: String?,
        step: String,
        due: Instant,
        started: Instant,
        ended: Instant,
        outcome: RequestOutcome,
        isExpected: Bool
    ) {
        self.visitClass = visitClass
        self.step = step
        self.due = due
        self.started = started
        self.ended = ended
        self.outcome = outcome
        self.isExpected = isExpected
    }

    /// Nanoseconds from sending to the end of the answer.
    package var serviceTime: Int64 { ended - started }
    /// Nanoseconds from the moment at which it should have been sent: with the waiting that a late start hides.
    package var responseTime: Int64 { ended - due }
}
