import ServiceKit

/// Which visitors already get the next release.
struct Rollout: Sendable {
    /// Its intensity is the share of the sessions that get it.
    let next: Weakness

    /// The tax table for a session; a session keeps the release that it got.
    func taxTable(for sessionID: String) -> TaxTable {
        guard let share = next.intensity else { return .current }
        let bucket = Int(sessionID.prefix(4), radix: 16) ?? 0
        return Double(bucket) < share * 65_536 ? .next : .current
    }
}
