/// Lets something happen at a rate, and in bursts of ten seconds' worth.
struct TokenBucket {
    private static let burst: UInt64 = 10
    private let nanosecondsEach: UInt64
    private let capacity: UInt64
    /// When the bucket was last empty, if it has filled at its rate since.
    private var emptyAt: UInt64 = 0

    /// - Parameter rate: How often a second it may happen on the whole; at least once.
    init(perSecond rate: Int) {
        nanosecondsEach = max(1, 1_000_000_000 / UInt64(max(1, rate)))
        capacity = UInt64(max(1, rate)) * Self.burst * nanosecondsEach
    }

    /// Takes one; `false` when it comes too soon.
    mutating func take(at now: MonotonicTime) -> Bool {
        let now = now.nanoseconds
        emptyAt = max(emptyAt, now > capacity ? now - capacity : 0)
        guard emptyAt + nanosecondsEach <= now else { return false }
        emptyAt += nanosecondsEach
        return true
    }
}
