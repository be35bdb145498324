/// A change of a scenario: what is changed when, and for how many.
package struct PlannedChange: Sendable, Equatable {
    package let kind: ChangeKind
    /// Seconds since the run began.
    let start: Double
    /// Seconds.
    let duration: Double
    /// Above 0, at most 1: the share of the sessions.
    let share: Double

    var end: Double { start + duration }

    /// The same on a timeline that runs so many times faster.
    func compressed(_ scale: Double) -> PlannedChange {
        PlannedChange(kind: kind, start: start / scale, duration: duration / scale, share: share)
    }

    /// The same, so many seconds later.
    func delayed(by seconds: Double) -> PlannedChange {
        PlannedChange(kind: kind, start: start + seconds, duration: duration, share: share)
    }
}
