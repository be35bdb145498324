/// `run.json`: what is known of a run of the load generator. It is written when the run starts, and again when it is over.
package struct RunRecord: Sendable, Codable, Equatable {
    package let runID: String
    /// What all choices were drawn from.
    package let seed: UInt64
    /// The scenario's name; `nil` without one.
    package let scenario: String?
    /// The profile of arrivals as it was written.
    package let arrivals: String?
    package let startedAt: Moment
    /// `nil` while the run goes on, and when it was killed.
    package var endedAt: Moment?
    /// The shop's origin.
    package let target: String?
    /// Whether its telemetry was made and nobody visited the shop: a history. `nil` means that it was lived through.
    package var made: Bool?
    /// What was counted; `nil` in a run that another generator wrote down.
    package var counts: Counts?

    /// What a run counted.
    package struct Counts: Sendable, Codable, Equatable {
        /// Visits that were started, by class; what incidents' triggers sent is not among them.
        package var mix: [String: Int] = [:]
        /// Requests of all visits, those of triggers too.
        package var requests = 0
        /// Starts that were more than 10 ms late.
        package var lateStarts = 0
        /// By how much the latest start was late, in nanoseconds.
        package var latestStartNanoseconds: Int64 = 0
        /// Lines of the journal.
        package var journaled = 0
        /// Requests that the journal has no line for.
        package var dropped = 0
        /// The generator's version.
        package var version = Self.currentVersion

        /// This generator's version.
        package static let currentVersion = "1.0.0"

        /// Nothing was counted yet.
        package init() {}

        /// What is missing is nothing.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            mix = try container.decodeIfPresent([String: Int].self, forKey: .mix) ?? [:]
            requests = try container.decodeIfPresent(Int.self, forKey: .requests) ?? 0
            lateStarts = try container.decodeIfPresent(Int.self, forKey: .lateStarts) ?? 0
            latestStartNanoseconds = try container.decodeIfPresent(Int64.self, forKey: .latestStartNanoseconds) ?? 0
            journaled = try container.decodeIfPresent(Int.self, forKey: .journaled) ?? 0
            dropped = try container.decodeIfPresent(Int.self, forKey: .dropped) ?? 0
            version = try container.decodeIfPresent(String.self, forKey: .version) ?? ""
        }

        package enum CodingKeys: String, CodingKey {
            case mix, requests
            case lateStarts = "late_starts"
            case latestStartNanoseconds = "latest_start_ns"
            case journaled
            case dropped = "journal_dropped"
            case version
        }
    }

    /// Creates a record.
    package init(
        runID: String,
        seed: UInt64,
        scenario: String?,
        arrivals: String?,
        startedAt: Moment,
        endedAt: Moment? = nil,
        target: String?,
        made: Bool? = nil,
        counts: Counts? = nil
    ) {
        self.runID = runID
        self.seed = seed
        self.scenario = scenario
        self.arrivals = arrivals
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.target = target
        self.made = made
        self.counts = counts
    }

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case seed, scenario, arrivals, target, made
        case startedAt = "started_at"
        case endedAt = "ended_at"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        runID = try container.decode(String.self, forKey: .runID)
        seed = try container.decode(UInt64.self, forKey: .seed)
        scenario = try container.decodeIfPresent(String.self, forKey: .scenario)
        arrivals = try container.decodeIfPresent(String.self, forKey: .arrivals)
        startedAt = try container.decode(Moment.self, forKey: .startedAt)
        endedAt = try container.decodeIfPresent(Moment.self, forKey: .endedAt)
        target = try container.decodeIfPresent(String.self, forKey: .target)
        made = try container.decodeIfPresent(Bool.self, forKey: .made)
        let hasCounts = try decoder.container(keyedBy: Counts.CodingKeys.self).contains(.mix)
        counts = hasCounts ? try Counts(from: decoder) : nil
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(runID, forKey: .runID)
        try container.encode(seed, forKey: .seed)
        // Absent values are null, so that every run has the same members.
        try container.encode(scenario, forKey: .scenario)
        try container.encode(arrivals, forKey: .arrivals)
        try container.encode(startedAt, forKey: .startedAt)
        try container.encode(endedAt, forKey: .endedAt)
        try container.encode(target, forKey: .target)
        try container.encodeIfPresent(made, forKey: .made)
        try counts?.encode(to: encoder)
    }
}
