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

    private var order: [UInt64] = []
    private var head = 0
    private var waiters: [UInt64: Waiter] = [:]

    var count: Int { waiters.count }

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
        while head < order.count {
            let id = order[head]
            head += 1
            if let waiter = waiters.removeValue(forKey: id) {
                compact()
                return waiter
            }
        }
        order.removeAll(keepingCapacity: true)
        head = 0
        return nil
    }

    mutating func remove(_ id: UInt64) -> Waiter? {
        waiters.removeValue(forKey: id)
    }

    /// Those whose time is over, the longest waiting first.
    mutating func removeExpired(at now: ContinuousClock.Instant) -> [Waiter] {
        let expired = waiters.values.filter { $0.deadline <= now }.sorted { $0.id < $1.id }
        for waiter in expired { waiters[waiter.id] = nil }
        return expired
    }

    mutating func removeAll() -> [Waiter] {
        let all = waiters.values.sorted { $0.id < $1.id }
        self = WaitingQueue()
        return all
    }

    /// Forgets the ids before the head, now and then, so that the array stays as long as the queue.
    private mutating func compact() {
        guard head > 64, head * 2 > order.count else { return }
        order.removeFirst(head)
        head = 0
    }
}
