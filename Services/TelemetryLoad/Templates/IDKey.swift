import SeededRandom

/// What all ids of a run are made from. The ids of a run differ from each other, and those of two runs do too, unless by a
/// chance of one in 2⁶².
struct IDKey: Sendable, Equatable {
    /// The first half of each trace id.
    let high: UInt64

    /// A key for a run.
    init(_ run: UInt64) {
        // The two highest bits keep the sums below from running over, and so each id from being zero.
        high = run >> 2 | 1 << 62
    }

    /// The second half of a trace's id.
    func trace(_ number: UInt64) -> UInt64 { SplitMix64.mix(high &+ number) }

    /// A span's id, never zero.
    func span(_ number: UInt64) -> UInt64 { SplitMix64.mix(high &+ number) }
}
