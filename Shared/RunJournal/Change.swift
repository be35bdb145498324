/// A line of `changes.jsonl`: what was changed beside the incidents, and harms nothing.
package struct Change: Sendable, Codable, Equatable {
    package let changeID: String
    /// Which of the changes that the shop knows.
    package let name: String
    package let seed: UInt64
    package let scenario: String?
    /// Above 0, at most 1: how many of the sessions met it.
    package let share: Double
    package let startedAt: Moment
    /// `nil` when the run was killed before.
    package let endedAt: Moment?
    /// The service that was changed.
    package let service: String

    /// Creates a line.
    package init(
        changeID: String,
        name: String,
        seed: UInt64,
        scenario: String?,
        share: Double,
        startedAt: Moment,
        endedAt: Moment?,
        service: String
    ) {
        self.changeID = changeID
        self.name = name
        self.seed = seed
        self.scenario = scenario
        self.share = share
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.service = service
    }

    private enum CodingKeys: String, CodingKey {
        case changeID = "change_id"
        case name, seed, scenario, share
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case service
    }
}
