import ClickHouseHTTP
import RunJournal

/// Proves that a change beside an incident was there to be seen, and that it did no harm.
struct ChangeProof: Sendable {
    let change: Change
    let windows: Windows
    let clickHouse: ClickHouseClient
    private let query: String

    /// - Returns: `nil` for a change that does not overlap with the incident.
    /// - Throws: ``UnknownChange``.
    init?(change: Change, windows: Windows, clickHouse: ClickHouseClient) throws {
        let ended = change.endedAt ?? windows.until
        guard change.startedAt < windows.cleared, ended > windows.injected else { return nil }
        self.change = change
        self.windows = windows
        self.clickHouse = clickHouse
        let queries = try NamedQueries(String(decoding: PackageResources.changes_sql, as: UTF8.self))
        guard let query = try? queries[change.name] else {
            throw UnknownChange(name: change.name, known: queries.names)
        }
        let times = windows.times.merging(["changed": change.startedAt]) { $1 }
        self.query = query.filled(times)
    }

    /// The label with the change as a distractor, and void where the telemetry does not bear out that it was harmless.
    func beside(_ label: IncidentLabel) async throws -> IncidentLabel {
        let found: Counts = try await clickHouse.row(
            """
            SELECT
                countIf(NOT changed) AS others, countIf(NOT changed AND bad) AS others_bad,
                countIf(changed) AS own, countIf(changed AND bad) AS own_bad
            FROM
            (
            \(query)
            )
            WHERE at >= {injected:DateTime64(9)}
            """.filled(windows.times)
        )
        var label = label
        let sql = """
            SELECT
                avgIf(bad, at < {injected:DateTime64(9)}) AS before,
                avgIf(bad, at >= {injected:DateTime64(9)}) AS during
            FROM
            (
            \(query)
            )
            WHERE NOT changed
            """.filled(windows.times)
        let shares: Shares = try await clickHouse.row(sql)
        label.distractors.append(
            IncidentLabel.Distractor(
                kind: change.name,
                whyNot: "those who did not get it fail alike (share of them that failed)",
                sql: sql,
                before: shares.before,
                during: shares.during
            )
        )
        label.reasons += found.reasons.map { "\(change.name): \($0)" }
        label.valid = label.valid && found.reasons.isEmpty
        return label
    }

    private struct Shares: Decodable {
        let before: Double?
        let during: Double?
    }

    /// Requests that could meet it while the incident lasts: those that did, and the others.
    struct Counts: Decodable, Sendable {
        let others: Int
        let othersBad: Int
        let own: Int
        let ownBad: Int

        enum CodingKeys: String, CodingKey {
            case others, own
            case othersBad = "others_bad"
            case ownBad = "own_bad"
        }

        /// What speaks against its having been seen and having done nothing.
        var reasons: [String] {
            var reasons: [String] = []
            for (count, name) in [(own, "with it"), (others, "without it")] where count < Validity.leastRequests {
                reasons.append("only \(count) requests \(name): at least \(Validity.leastRequests) are needed")
            }
            let effect = EffectSize(badBefore: othersBad, before: others, badDuring: ownBad, during: own)
            if effect.value >= Validity.leastEffect, effect.p <= Validity.mostChance {
                reasons.append("it did harm of its own: h = \(effect.value)")
            }
            return reasons
        }
    }
}

/// A run has a change that this program does not know.
struct UnknownChange: Error, CustomStringConvertible {
    let name: String
    let known: [String]

    var description: String {
        "no change is called '\(name)': the known ones are \(known.joined(separator: ", "))"
    }
}
