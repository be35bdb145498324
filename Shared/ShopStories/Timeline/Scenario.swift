package import LoadEngine
import SeededRandom

/// A scenario: its duration, its arrivals, and its incidents with their times.
package struct Scenario: Sendable, Equatable {
    package let name: String
    package let description: String
    /// Seconds.
    package let duration: Double
    /// The scenario's arrivals; the command line may override them.
    package let arrivals: Arrivals?
    /// In the order of their starts.
    package let incidents: [PlannedIncident]
    /// What is changed beside them, in the order of their starts.
    package let changes: [PlannedChange]
    /// Who comes by name, in the order of their visits.
    package let visitors: [PlannedVisitor]
    /// Whether it begins anew when it is over, until the load is stopped.
    package let repeats: Bool
    /// What draws the incidents of later rounds; `nil` where each round has the same.
    let schedule: RandomSchedule?
    let seed: UInt64
    /// How many times faster than written it is told.
    let timeScale: Double

    /// The incidents of a round, with their times since the run began. Rounds after the first have random times of their
    /// own, which follow from the seed too.
    func incidents(ofRound round: Int) -> [PlannedIncident] {
        guard round > 0 else { return incidents }
        let own = schedule.map { schedule in
            schedule.incidents(
                duration: duration * timeScale,
                seed: SplitMix64.mix(seed &+ UInt64(round))
            )
            .map { $0.compressed(timeScale) }
        }
        return (own ?? incidents).map { $0.delayed(by: Double(round) * duration) }
    }

    /// The changes of a round; each round has the same.
    func changes(ofRound round: Int) -> [PlannedChange] {
        changes.map { $0.delayed(by: Double(round) * duration) }
    }

    /// Who comes by name in a round; the same in each.
    func visitors(ofRound round: Int) -> [PlannedVisitor] {
        visitors.map { $0.delayed(by: Double(round) * duration) }
    }

    /// The same story, told again and again.
    package func repeated() -> Scenario {
        Scenario(
            name: name,
            description: description,
            duration: duration,
            arrivals: arrivals,
            incidents: incidents,
            changes: changes,
            visitors: visitors,
            repeats: true,
            schedule: schedule,
            seed: seed,
            timeScale: timeScale
        )
    }

    /// The same scenario on a timeline that runs so many times faster; arrivals stay the same.
    package func compressed(_ scale: Double) -> Scenario {
        Scenario(
            name: name,
            description: description,
            duration: duration / scale,
            arrivals: arrivals,
            incidents: incidents.map { $0.compressed(scale) },
            changes: changes.map { $0.compressed(scale) },
            visitors: visitors.map { $0.compressed(scale) },
            repeats: repeats,
            schedule: schedule,
            seed: seed,
            timeScale: timeScale * scale
        )
    }
}
