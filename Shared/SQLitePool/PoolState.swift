/// The state of a pool: its leases, its idle connections and its queue. A value without locks, clocks or threads.
struct PoolState: Sendable {
    /// A connection that a caller holds.
    struct Lease: Sendable {
        let connection: PooledConnection
        let since: ContinuousClock.Instant
        let origin: LeaseOrigin
        var isReported = false
    }

    /// The answer to a caller that wants a connection.
    enum Acquisition {
        /// A connection, at once.
        case lease(PooledConnection)
        /// Nothing yet: the caller waits.
        case wait
        /// The caller is refused.
        case refuse(SQLitePoolError)
    }

    /// What happens to a connection that was given back.
    enum Release {
        /// It goes to the caller that has waited longest.
        case grant(WaitingQueue.Waiter)
        /// It waits for the next caller.
        case rest
        /// The pool is closed.
        case close
    }

    let configuration: SQLitePool.Configuration
    private(set) var idle: [PooledConnection] = []
    private(set) var leases: [Int: Lease] = [:]
    private(set) var waiting = WaitingQueue()
    private(set) var isClosed = false
    private(set) var created = 0

    init(configuration: SQLitePool.Configuration) {
        self.configuration = configuration
    }

    /// A connection now, a place in the queue, or a refusal.
    mutating func acquire(_ waiter: WaitingQueue.Waiter, make: (Int) -> PooledConnection) -> Acquisition {
        guard !isClosed else { return .refuse(.closed(pool: configuration.name)) }
        if let connection = idle.popLast() {
            lease(connection, to: waiter, at: waiter.since)
            return .lease(connection)
        }
        if created < configuration.maximumConnections {
            created += 1
            let connection = make(created)
            lease(connection, to: waiter, at: waiter.since)
            return .lease(connection)
        }
        guard waiting.count < configuration.maximumPending else {
            return .refuse(.tooManyPending(pool: configuration.name, limit: configuration.maximumPending))
        }
        waiting.append(waiter)
        return .wait
    }

    /// Takes a connection back and passes it on.
    mutating func release(
        _ connection: PooledConnection,
        at now: ContinuousClock.Instant
    ) -> (release: Release, ended: Lease?) {
        let ended = leases.removeValue(forKey: connection.number)
        guard !isClosed else { return (.close, ended) }
        if let next = waiting.popFirst() {
            lease(connection, to: next, at: now)
            return (.grant(next), ended)
        }
        idle.append(connection)
        return (.rest, ended)
    }

    /// Takes a caller out of the queue, if it is still in it.
    mutating func cancel(_ id: UInt64) -> WaitingQueue.Waiter? {
        waiting.remove(id)
    }

    /// Takes those out of the queue whose time is over.
    mutating func expire(at now: ContinuousClock.Instant) -> [WaitingQueue.Waiter] {
        waiting.removeExpired(at: now)
    }

    /// Leases that have lasted too long and were not reported before.
    mutating func overdue(at now: ContinuousClock.Instant) -> [Lease] {
        var found: [Lease] = []
        for (number, lease) in leases
        where !lease.isReported && lease.since.duration(to: now) >= configuration.leakThreshold {
            leases[number]?.isReported = true
            found.append(lease)
        }
        return found
    }

    /// The next moment at which a wait, a statement or a lease may have lasted too long.
    var nextDeadline: ContinuousClock.Instant? {
        let leak = leases.values.lazy.filter { !$0.isReported }.map { $0.since + configuration.leakThreshold }.min()
        let statement = leases.values.lazy.compactMap(\.connection.deadline).min()
        return [waiting.earliestDeadline, leak, statement].compactMap { $0 }.min()
    }

    /// Closes; returns what is to be closed and who is to be told.
    mutating func close() -> (idle: [PooledConnection], waiting: [WaitingQueue.Waiter]) {
        isClosed = true
        defer { idle = [] }
        return (idle, waiting.removeAll())
    }

    private mutating func lease(
        _ connection: PooledConnection,
        to waiter: WaitingQueue.Waiter,
        at now: ContinuousClock.Instant
    ) {
        leases[connection.number] = Lease(connection: connection, since: now, origin: waiter.origin)
    }
}

/// The place in the source that asked for a connection.
struct LeaseOrigin: Sendable, CustomStringConvertible {
    let file: StaticString
    let line: UInt

    var description: String { "\(file):\(line)" }
}
