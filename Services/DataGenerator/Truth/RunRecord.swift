/// What `run.json` says about a run: written when it starts, and again when it is over.
struct RunRecord: Sendable, Codable, Equatable {
    /// The generator's own version.
    static let currentVersion = "1.0.0"

    let runID: String
    let seed: UInt64
    /// The scenario's name; `nil` without one.
    let scenario: String?
    /// The profile of arrivals as it was written.
    let arrivals: String
    /// RFC 3339, UTC, nanoseconds.
    let startedAt: String
    /// `nil` while it runs.
    var endedAt: String?
    /// The shop's origin.
    let target: String
    /// Visits that were started, by class; what incidents' triggers sent is not among them.
    var mix: [String: Int]
    /// Requests of all visits, those of triggers too.
    var requests: Int
    /// Starts that were more than 10 ms late.
    var lateStarts: Int
    /// By how much the latest start was late, in nanoseconds.
    var latestStartNanoseconds: Int64
    /// Lines of the journal.
    var journaled: Int
    /// Requests that the journal has no line for.
    var dropped: Int
    var version = Self.currentVersion

    enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case seed, scenario, arrivals
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case target, mix, requests
        case lateStarts = "late_starts"
        case latestStartNanoseconds = "latest_start_ns"
        case journaled
        case dropped = "journal_dropped"
        case version
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(runID, forKey: .runID)
        try container.encode(seed, forKey: .seed)
        // Absent values are null, so that every run has the same members.
        try container.encode(scenario, forKey: .scenario)
        try container.encode(arrivals, forKey: .arrivals)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encode(target, forKey: .target)
        try container.encode(mix, forKey: .mix)
        try container.encode(requests, forKey: .requests)
        try container.encode(lateStarts, forKey: .lateStarts)
        try container.encode(latestStartNanoseconds, forKey: .latestStartNanoseconds)
        try container.encode(journaled, forKey: .journaled)
        try container.encode(dropped, forKey: .dropped)
        try container.encode(version, forKey: .version)
    }
}
