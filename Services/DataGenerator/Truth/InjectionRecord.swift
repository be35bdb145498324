/// A line of `injections.jsonl`: what was done to the shop, when, and where.
struct InjectionRecord: Sendable, Codable, Equatable {
    /// How an incident is brought out.
    enum Mechanism: String, Sendable, Codable {
        /// By requests that anybody could send.
        case traffic
        /// By laying a weakness bare on its service's control listener.
        case armed
    }

    let incidentID: String
    /// One of the eight incidents.
    let name: String
    let seed: UInt64
    let scenario: String
    /// `easy`, `medium` or `hard`.
    let difficulty: String
    /// Above 0, at most 1.
    let intensity: Double
    /// RFC 3339, UTC, nanoseconds: when the trigger began.
    let startedAt: String
    /// When the trigger ended or the weakness was covered again.
    let endedAt: String
    /// The service whose weakness it is.
    let service: String
    let mechanism: Mechanism

    enum CodingKeys: String, CodingKey {
        case incidentID = "incident_id"
        case name, seed, scenario, difficulty, intensity
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case service
        case mechanism
    }
}
