import CoreMetrics
import Deadlines
public import GRDB
import Logging
import Synchronization
import Tracing

/// A bounded pool of connections to one SQLite file.
///
/// A caller gets a connection at once or waits in line for one, first come, first served, for as long as the
/// configuration or the call allows. Each connection has a thread of execution of its own, so a slow statement never
/// holds a thread of Swift's cooperative pool. Work that runs too long, or whose task is cancelled, is interrupted and
/// rolled back. The task's `Deadline` bounds all of it: the wait for a connection, the wait for another connection's
/// lock, and the statements themselves. What the pool does shows as `db.client.connection.*` metrics, and a request
/// that had to wait has an event in its span.
public final class SQLitePool: Sendable {
    /// How the pool behaves.
    public let configuration: Configuration
    /// The database file.
    public let path: String

    private let state: Mutex<PoolState>
    private let metrics: PoolMetrics
    private let timer: PoolTimer
    let durations: OperationDurations
    private let nextID = Atomic<UInt64>(1)

    /// Creates a pool; connections are opened as they are needed.
    ///
    /// - Parameters:
    ///   - path: The database file; SQLite creates it, but not its folder.
    ///   - configuration: Limits and SQLite's settings.
    public init(path: String, configuration: Configuration) {
        precondition(configuration.maximumConnections > 0, "A pool needs at least one connection.")
        self.path = path
        self.configuration = configuration
        metrics = PoolMetrics(pool: configuration.name, maximum: configuration.maximumConnections)
        durations = OperationDurations(namespace: configuration.name)
        state = Mutex(PoolState(configuration: configuration))
        timer = PoolTimer(label: "sqlite.\(configuration.name).timer")
    }

    /// Asks whether the database answers.
    ///
    /// - Parameter limit: The longest wait for a connection; half a second by default.
    /// - Throws: As ``read(timeout:file:line:_:)``.
    public func check(within limit: Duration = .milliseconds(500)) async throws {
        try await read(timeout: limit) { _ in }
    }

    /// Reads in one transaction, on a connection that refuses to write.
    ///
    /// - Parameters:
    ///   - timeout: The longest wait for a connection, when that is less than the configuration's.
    ///   - body: The work; it runs on the connection's thread.
    /// - Throws: ``SQLitePoolError``, `CancellationError`, GRDB's `DatabaseError`, or what the body throws.
    public func read<Value: Sendable>(
        timeout: Duration? = nil,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await perform(.read, timeout: timeout, origin: LeaseOrigin(file: file, line: line), body).value
    }

    /// Reads and writes in one transaction, which is committed when the body returns and rolled back when it throws.
    ///
    /// The write lock is taken at the start (`BEGIN IMMEDIATE`), so that what the body reads is still true when it
    /// writes.
    ///
    /// - Parameters:
    ///   - timeout: The longest wait for a connection, when that is less than the configuration's.
    ///   - body: The work; it runs on the connection's thread.
    /// - Throws: ``SQLitePoolError``, `CancellationError`, GRDB's `DatabaseError`, or what the body throws.
    public func write<Value: Sendable>(
        timeout: Duration? = nil,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await perform(.write, timeout: timeout, origin: LeaseOrigin(file: file, line: line), body).value
    }

    /// Reads and writes in one transaction that locks the whole file (`BEGIN EXCLUSIVE`).
    ///
    /// In rollback-journal mode it excludes readers and writers; in WAL mode readers go on.
    ///
    /// - Throws: As ``write(timeout:file:line:_:)``.
    public func exclusive<Value: Sendable>(
        timeout: Duration? = nil,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await perform(.exclusive, timeout: timeout, origin: LeaseOrigin(file: file, line: line), body).value
    }

    /// Holds one connection for several pieces of work, across suspension points.
    ///
    /// - Throws: As ``read(timeout:file:line:_:)``.
    public func withConnection<Value>(
        timeout: Duration? = nil,
        file: StaticString = #fileID,
        line: UInt = #line,
        _ body: (borrowing HeldConnection) async throws -> Value
    ) async throws -> Value {
        let work = makeWork()
        let origin = LeaseOrigin(file: file, line: line)
        let connection = try await tracingWait(of: work) {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    acquire(work, timeout: timeout, origin: origin) { continuation.resume(with: $0) }
                }
            } onCancel: {
                cancel(work)
            }
        }
        defer { release(connection) }
        return try await body(HeldConnection(pool: self, connection: connection))
    }

    /// Closes: callers that wait are refused. Work that runs goes on; its connection is closed when it has ended.
    public func close() async {
        let (idle, waiting) = state.withLock { state in
            defer { metrics.report(state) }
            return state.close()
        }
        for waiter in waiting { waiter.grant(.failure(SQLitePoolError.closed(pool: configuration.name))) }
        for connection in idle {
            await withCheckedContinuation { continuation in connection.close { continuation.resume() } }
        }
    }

    /// How the pool stands right now.
    public var statistics: Statistics {
        state.withLock { state in
            Statistics(idle: state.idle.count, used: state.leases.count, pending: state.waiting.count)
        }
    }

    /// The number of connections by what they do, and of callers that wait for one.
    public struct Statistics: Sendable, Equatable {
        /// Open connections that are not in use.
        public let idle: Int
        /// Connections in use.
        public let used: Int
        /// Callers that wait for a connection.
        public let pending: Int
    }
}

// MARK: - One piece of work

extension SQLitePool {
    func perform<Value: Sendable>(
        _ access: PooledConnection.Access,
        timeout: Duration? = nil,
        origin: LeaseOrigin,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> WorkOutcome<Value> {
        let outcome = WorkOutcome<Value>()
        try await perform(access, timeout: timeout, origin: origin, work: outcome.keeping(body))
        return outcome
    }

    private func perform(
        _ access: PooledConnection.Access,
        timeout: Duration?,
        origin: LeaseOrigin,
        work body: @escaping @Sendable (Database) throws -> Void
    ) async throws {
        let work = makeWork()
        try await tracingWait(of: work) {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    acquire(work, timeout: timeout, origin: origin) { [self] granted in
                        switch granted {
                        case .failure(let error):
                            continuation.resume(throwing: error)
                        case .success(let connection):
                            run(work, access, on: connection, body) { [self] result in
                                // The connection goes first, so that the next caller need not wait for this task.
                                release(connection)
                                continuation.resume(with: result)
                            }
                        }
                    }
                }
            } onCancel: {
                cancel(work)
            }
        }
    }

    func run(
        _ work: PendingWork,
        _ access: PooledConnection.Access,
        on connection: PooledConnection,
        _ body: @escaping @Sendable (Database) throws -> Void,
        completion: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        connection.run(work, access, body, watch: { [self] deadline in arm(by: deadline) }, completion: completion)
    }

    func makeWork() -> PendingWork {
        PendingWork(id: nextID.wrappingAdd(1, ordering: .relaxed).oldValue, deadline: .current)
    }

    /// Adds an event to the current span when the work had to wait for its connection.
    private func tracingWait<Value>(
        of work: PendingWork,
        _ operation: () async throws -> Value
    ) async throws -> Value {
        defer {
            if let wait = work.wait, let context = InstrumentationContext.current {
                InstrumentationSystem.tracer.activeSpan(identifiedBy: context)?.addEvent(
                    SpanEvent(
                        name: "db.client.connection.wait",
                        attributes: [
                            "db.client.connection.pool.name": "\(configuration.name)",
                            "db.client.connection.wait_time": .double(wait.duration / .seconds(1)),
                            "db.client.connection.pending_requests": .int64(Int64(wait.ahead)),
                        ]
                    )
                )
            }
        }
        return try await operation()
    }
}

// MARK: - Getting and giving back

extension SQLitePool {
    private func acquire(
        _ work: PendingWork,
        timeout: Duration?,
        origin: LeaseOrigin,
        _ grant: @escaping @Sendable (Result<PooledConnection, any Error>) -> Void
    ) {
        let now = ContinuousClock.now
        guard !work.isOver(at: now) else {
            return grant(.failure(SQLitePoolError.deadlineExceeded(pool: configuration.name)))
        }
        let patience = min(timeout ?? configuration.acquireTimeout, configuration.acquireTimeout)
        let waiter = WaitingQueue.Waiter(
            id: work.id,
            since: now,
            deadline: work.limit(patience, from: now) ?? now + patience,
            origin: origin
        ) { granted in
            work.waited(now.duration(to: .now))
            grant(granted)
        }
        let acquisition: PoolState.Acquisition? = state.withLock { state in
            // Under the lock: either the cancellation finds the work in the queue, or this finds the cancellation.
            guard !work.isCancelled else { return nil }
            let acquisition = state.acquire(waiter) { number in
                PooledConnection(number: number, path: path, configuration: configuration) { [metrics] duration in
                    metrics.opened(in: duration)
                }
            }
            if case .wait = acquisition { work.queued(behind: state.waiting.count - 1) }
            metrics.report(state)
            return acquisition
        }
        switch acquisition {
        case nil:
            grant(.failure(CancellationError()))
        case .refuse(let error):
            grant(.failure(error))
        case .lease(let connection):
            metrics.granted(after: .zero)
            arm(by: now + configuration.leakThreshold)
            grant(.success(connection))
        case .wait:
            arm(by: waiter.deadline)
        }
    }

    private func release(_ connection: PooledConnection) {
        let now = ContinuousClock.now
        let (release, ended) = state.withLock { state in
            defer { metrics.report(state) }
            return state.release(connection, at: now)
        }
        if let ended { metrics.returned(after: ended.since.duration(to: now)) }
        switch release {
        case .grant(let waiter):
            metrics.granted(after: waiter.since.duration(to: now))
            arm(by: now + configuration.leakThreshold)
            waiter.grant(.success(connection))
        case .rest:
            break
        case .close:
            connection.close {}
        }
    }

    private func cancel(_ work: PendingWork) {
        work.cancel()
        let (waiter, running) = state.withLock { state in
            let waiter = state.cancel(work.id)
            metrics.report(state)
            return (waiter, waiter == nil ? state.leases.values.map(\.connection) : [])
        }
        waiter?.grant(.failure(CancellationError()))
        for connection in running { interrupt(work, on: connection) }
    }

    /// Interrupts work whose task was cancelled, again and again until it has ended.
    func interrupt(_ work: PendingWork, on connection: PooledConnection) {
        connection.interrupt(work.id, CancellationError())
        arm(by: .now)
    }
}

// MARK: - Watching

extension SQLitePool {
    private func arm(by deadline: ContinuousClock.Instant) {
        timer.arm(by: deadline) { [weak self] now in self?.look(now) }
    }

    /// Ends what has lasted too long; returns when to look again.
    private func look(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let (expired, overdue, leased, pending, next) = state.withLock { state in
            let expired = state.expire(at: now)
            let overdue = state.overdue(at: now)
            if !expired.isEmpty { metrics.report(state) }
            return (
                expired, overdue, state.leases.values.map(\.connection), state.waiting.count, state.nextDeadline
            )
        }
        for waiter in expired {
            metrics.timedOut()
            waiter.grant(
                .failure(
                    SQLitePoolError.acquireTimeout(
                        pool: configuration.name,
                        waited: waiter.since.duration(to: waiter.deadline),
                        connections: configuration.maximumConnections,
                        pending: pending
                    )
                )
            )
        }
        for connection in leased { connection.interruptIfOverdue(at: now) }
        for lease in overdue {
            configuration.logger.warning(
                "A database connection is held unusually long",
                metadata: [
                    "db.client.connection.pool.name": "\(configuration.name)",
                    "db.client.connection.use_time": "\(lease.since.duration(to: now) / .seconds(1))",
                    "code.location": "\(lease.origin)",
                ]
            )
        }
        return next
    }
}
