/// A line of `injections.jsonl`: what was done to the shop, when, and where.
package struct Injection: Sendable, Codable, Equatable {
    /// How an incident is brought out.
    package enum Mechanism: String, Sendable, Codable {
        /// By ordinary requests.
        case traffic
        /// By laying a weakness bare on its service's control listener.
        case armed
    }

    package let incidentID: String
    /// Which of the shop's incidents.
    package let name: String
    package let seed: UInt64
    package let scenario: String?
    /// `easy`, `medium` or `hard`.
    package let difficulty: String
    /// Above 0, at most 1: how strong it was made.
    package let intensity: Double?
    /// When the trigger began.
    package let startedAt: Moment
    /// When the trigger ended, or the weakness was covered again; `nil` when the run was killed before.
    package let endedAt: Moment?
    /// The service whose weakness it is.
    package let service: String
    /// `nil` in a run that another generator wrote down.
    package let mechanism: Mechanism?

    /// Creates a line.
    package init(
        incidentID: String,
        name: String,
        seed: UInt64,
        scenario: String?,
        difficulty: String,
        intensity: Double?,
        startedAt: Moment,
        endedAt: Moment?,
        service: String,
        mechanism: Mechanism? = nil
    ) {
        self.incidentID = incidentID
        self.name = name
        self.seed = seed
        self.scenario = scenario
        self.difficulty = difficulty
        self.intensity = intensity
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.service = service
        self.mechanism = mechanism
    }

    private enum CodingKeys: String, CodingKey {
        case incidentID = "incident_id"
        case name, seed, scenario, difficulty, intensity
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case service
        case mechanism
    }
}
