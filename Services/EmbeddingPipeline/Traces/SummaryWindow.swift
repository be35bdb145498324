/// A stretch of time whose traces are summarized together, in milliseconds since 1970; `from` itself is not part of it.
struct SummaryWindow: Sendable, Equatable {
    let from: Int64
    let until: Int64

    /// The longest: a backlog is worked off in pieces that fit into memory.
    static let longest: Int64 = 20_000
    /// How far back the first one begins where nothing was summarized yet, or not for long.
    static let farthest: Int64 = 3_600_000

    /// The window after what was summarized; `nil` while there is nothing to do.
    ///
    /// - Parameters:
    ///   - summarized: The end of what was summarized; `nil` for nothing.
    ///   - earliest: The time of the first span there is; `nil` for none.
    ///   - whole: Traces that began until then are whole.
    static func next(after summarized: Int64?, earliest: Int64?, whole: Int64) -> SummaryWindow? {
        guard let earliest else { return nil }
        let from = max(summarized ?? (earliest - 1), whole - farthest, earliest - 1)
        let until = min(whole, from + longest)
        return until > from ? SummaryWindow(from: from, until: until) : nil
    }
}
