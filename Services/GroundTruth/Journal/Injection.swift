/// One incident of a run, as the load generator brought it about.
struct Injection: Codable, Sendable, Equatable {
    let incidentID: String
    /// Which of the shop's incidents.
    let name: String
    let seed: UInt64
    let scenario: String?
    /// `easy`, `medium` or `hard`.
    let difficulty: String
    /// Up to 1; how strong it was made.
    let intensity: Double?
    let startedAt: Moment
    /// When its trigger ended; none when the run was killed before.
    let endedAt: Moment?
    /// The service whose weakness it is.
    let service: String

    enum CodingKeys: String, CodingKey {
        case incidentID = "incident_id"
        case name, seed, scenario, difficulty, intensity, service
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }
}
