/// What `run.json` says of a run of the load generator.
struct RunRecord: Codable, Sendable, Equatable {
    let runID: String
    let seed: UInt64
    /// The scenario's name; none for plain load.
    let scenario: String?
    /// The profile of arrivals, as the command line has it.
    let arrivals: String?
    let startedAt: Moment
    /// None while the run goes on, or when it was killed.
    let endedAt: Moment?
    /// The shop's origin.
    let target: String?

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case seed, scenario, arrivals, target
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }
}
