/// An incident of a scenario: what happens when, and how much of it.
package struct PlannedIncident: Sendable, Equatable {
    /// How hard the cause is to find.
    enum Difficulty: String, Sendable, CaseIterable {
        case easy, medium, hard
    }

    package let kind: IncidentKind
    /// Seconds since the run began.
    let start: Double
    /// Seconds.
    let duration: Double
    /// Above 0, at most 1: how much of what the weakness can do.
    let intensity: Double
    let difficulty: Difficulty

    var end: Double { start + duration }

    /// The same on a timeline that runs so many times faster.
    func compressed(_ scale: Double) -> PlannedIncident {
        PlannedIncident(
            kind: kind,
            start: start / scale,
            duration: duration / scale,
            intensity: intensity,
            difficulty: difficulty
        )
    }

    /// The same, so many seconds later.
    func delayed(by seconds: Double) -> PlannedIncident {
        PlannedIncident(
            kind: kind,
            start: start + seconds,
            duration: duration,
            intensity: intensity,
            difficulty: difficulty
        )
    }
}
