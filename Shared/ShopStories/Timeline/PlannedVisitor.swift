/// Somebody whom a scenario names: who comes when, to buy.
package struct PlannedVisitor: Sendable, Equatable {
    package let email: String
    /// Seconds since the run began.
    package let start: Double

    /// The same on a timeline that runs so many times faster.
    func compressed(_ scale: Double) -> PlannedVisitor { PlannedVisitor(email: email, start: start / scale) }

    /// The same, so many seconds later.
    func delayed(by seconds: Double) -> PlannedVisitor { PlannedVisitor(email: email, start: start + seconds) }
}
