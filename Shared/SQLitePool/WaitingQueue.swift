import DequeModule

/// Callers that wait for a connection: first come, first served, and each may leave at any time.
struct WaitingQueue: Sendable {
    /// One caller that waits.
    struct Waiter: Sendable {
        let id: UInt64
        let since: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
        let origin: LeaseOrigin
        /// Called once, with a connection or with the reason why there is none.
        let grant: @Sendable (Result<PooledConnection, any Error>) -> Void
    }

    /// The ids in the order in which they came. Those who left early stay here until they are passed or swept out.
    private var order = Deque<UInt64>()
    private var waiters: [UInt64: Waiter] = [:]

    var count: Int { waiters.count }

    /// The places that are kept, with those of callers who left: bounded by the callers who wait.
    var places: Int { order.count }

    /// The moment at which the first of them gives up.
    var earliestDeadline: ContinuousClock.Instant? {
        waiters.values.lazy.map(\.deadline).min()
    }

    mutating func append(_ waiter: Waiter) {
        order.append(waiter.id)
        waiters[waiter.id] = waiter
    }

    /// The one who has waited longest.
    mutating func popFirst() -> Waiter? {
        while let id = order.popFirst() {
            if let waiter = waiters.removeValue(forKey: id) { return waiter }
        }
        return nil
    }

    mutating func remove(_ id: UInt64) -> Waiter? {
        defer { sweep() }
        return waiters.removeValue(forKey: id)
    }

    /// Those whose time is over, the longest waiting first.
    mutating func removeExpired(at now: ContinuousClock.Instant) -> [Waiter] {
        let expired = waiters.values.filter { $0.deadline <= now }.sorted { $0.id < $1.id }
        for waiter in expired { waiters[waiter.id] = nil }
        sweep()
        return expired
    }

    mutating func removeAll() -> [Waiter] {
        let all = waiters.values.sorted { $0.id < $1.id }
        self = WaitingQueue()
        return all
    }

    /// Removes abandoned places once they outnumber the waiters.
    private mutating func sweep() {
        guard order.count > 2 * waiters.count + 32 else { return }
        order.removeAll { waiters[$0] == nil }
    }
}
