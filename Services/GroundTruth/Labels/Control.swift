import ClickHouseHTTP
import RunJournal

/// A run in which nothing was broken: the right answer about it is "nothing".
struct Control: Sendable {
    /// The share of checkouts that go well where nothing is wrong.
    static let objective = 0.99

    let run: RunRecord
    let end: Moment

    /// The label, valid when the run was ended in order and its checkouts went well from beginning to end.
    func label(_ clickHouse: ClickHouseClient) async throws -> IncidentLabel {
        let reasons = try await reasons(clickHouse)
        return IncidentLabel(
            incidentID: "\(run.runID)-control",
            question: "q1",
            runID: run.runID,
            scenario: "calm",
            runScenario: run.scenario,
            seed: run.seed,
            difficulty: "control",
            intensity: nil,
            t: .init(injected: nil, firstEffect: nil, sliBreach: nil, cleared: end, recovered: nil),
            root: [],
            path: [],
            scope: nil,
            impact: nil,
            necessarySignals: [],
            distractors: [],
            aliases: ServiceAliases.all,
            valid: reasons.isEmpty,
            reasons: reasons,
            made: run.made
        )
    }

    private func reasons(_ clickHouse: ClickHouseClient) async throws -> [String] {
        struct Row: Decodable {
            let all: Int
            let bad: Int
        }
        let query = try IncidentDefinition.shop()["indicator"]
        let row: Row = try await clickHouse.row(
            "SELECT count() AS all, countIf(bad) AS bad FROM\n(\n\(query)\n)"
                .filled(["before": run.startedAt, "until": end])
        )
        var reasons: [String] = []
        if run.endedAt == nil { reasons.append("the run was not ended in order: an incident of it may be missing") }
        if row.all < Validity.leastRequests {
            reasons.append("only \(row.all) checkouts: at least \(Validity.leastRequests) are needed")
        } else if Double(row.bad) > Double(row.all) * (1 - Self.objective) {
            reasons.append("\(row.bad) of \(row.all) checkouts failed although nothing was broken")
        }
        return reasons
    }
}
