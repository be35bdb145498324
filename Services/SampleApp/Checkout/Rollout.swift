import ServiceKit

/// Which visitors already get another release than the current one.
struct Rollout: Sendable {
    /// The next release. Its intensity is the share of the sessions that get it.
    let next: Weakness
    /// The release that changes nothing for anybody; likewise.
    let patched: Weakness

    /// The tax table for a session; a session keeps the release that it got.
    func taxTable(for sessionID: String) -> TaxTable {
        let bucket = Double(Int(sessionID.prefix(4), radix: 16) ?? 0)
        if let share = next.intensity, bucket < share * 65_536 { return .next }
        // From the other end, so that each finds visitors of its own.
        if let share = patched.intensity, 65_535 - bucket < share * 65_536 { return .patched }
        return .current
    }
}
