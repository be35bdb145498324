import Synchronization

/// The connections to one origin: hands them out as its ``OriginPoolState`` says, and closes them.
final class OriginPool: Sendable {
    /// What a caller gets.
    enum Ticket: Sendable {
        /// A connection that an earlier request has used.
        case reuse(ClientConnection)
        /// The right to open a connection.
        case open
        case shutDown
        case timedOut
    }

    private struct Shared {
        var pool: OriginPoolState<ClientConnection>
        var callers: [WaiterQueue.ID: UnsafeContinuation<Ticket, Never>] = [:]
        var lastCaller = 0
    }

    private let idleTimeout: Timeout
    private let shared: Mutex<Shared>

    init(configuration: HTTPClient.Configuration) {
        idleTimeout = Timeout(configuration.idleTimeout)
        let pool = OriginPoolState<ClientConnection>(
            limit: configuration.maximumConnectionsPerOrigin,
            waitingLimit: configuration.maximumWaitingPerOrigin
        )
        shared = Mutex(Shared(pool: pool))
    }

    /// The number of idle connections.
    var idleCount: Int { shared.withLock { $0.pool.idleCount } }

    // MARK: Callers

    /// A connection that is ready, or the right to open one, or a place in the queue until there is either.
    func ticket(until deadline: MonotonicTime) async -> Ticket {
        let id = shared.withLock { shared in
            shared.lastCaller += 1
            return shared.lastCaller
        }
        var ticket = tryNow(id) ?? .timedOut
        if case .timedOut = ticket { ticket = await queue(id, until: deadline) }
        // Checking and closing a socket are system calls, so they happen outside the lock.
        while case .reuse(let connection) = ticket, connection.isStale {
            connection.channel.close()
            ticket = Ticket(shared.withLock { $0.pool.replace() })
        }
        return ticket
    }

    /// An answer without waiting, if there is one.
    private func tryNow(_ id: WaiterQueue.ID) -> Ticket? {
        shared.withLock { shared in
            switch shared.pool.acquire(id) {
            case .granted(let grant): return Ticket(grant)
            case .refused(.shutDown): return .shutDown
            case .refused(.queueFull): return .timedOut
            case .queued:
                _ = shared.pool.leave(id)
                return nil
            }
        }
    }

    private func queue(_ id: WaiterQueue.ID, until deadline: MonotonicTime) async -> Ticket {
        let alarm = Task { [self] in
            while deadline > .now, !Task.isCancelled { try? await Task.sleep(for: deadline.timeLeft) }
            if !Task.isCancelled { leaveQueue(id) }
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { caller in
                let now = shared.withLock { shared -> Ticket? in
                    // Under the lock: either the alarm or the cancellation finds the caller in the queue, or this finds
                    // that it has been there before.
                    if Task.isCancelled || deadline <= .now { return .timedOut }
                    switch shared.pool.acquire(id) {
                    case .granted(let grant): return Ticket(grant)
                    case .refused(.shutDown): return .shutDown
                    case .refused(.queueFull): return .timedOut
                    case .queued:
                        shared.callers[id] = caller
                        return nil
                    }
                }
                if let now { caller.resume(returning: now) }
            }
        } onCancel: {
            leaveQueue(id)
        }
    }

    private func leaveQueue(_ id: WaiterQueue.ID) {
        let caller = shared.withLock { shared in
            shared.pool.leave(id) ? shared.callers.removeValue(forKey: id) : nil
        }
        caller?.resume(returning: .timedOut)
    }

    // MARK: Callers that hold a place

    /// Puts a connection back that is ready for its next request.
    func giveBack(_ connection: ClientConnection) {
        guard !connection.channel.hasPeerFinished else { return close(connection) }
        connection.isReused = true
        // Before the next caller gets the connection and sets its own deadline.
        connection.channel.setDeadline(.now + idleTimeout)
        connection.channel.observe { [weak self, id = connection.id] _ in self?.idleEnded(id) }
        let (outcome, caller) = shared.withLock { shared in
            let outcome = shared.pool.giveBack(connection)
            guard case .grant(let id, _) = outcome else { return (outcome, nil as UnsafeContinuation<Ticket, Never>?) }
            return (outcome, shared.callers.removeValue(forKey: id))
        }
        switch outcome {
        case .keep: break
        case .close: connection.channel.close()
        case .grant(_, let grant): caller?.resume(returning: Ticket(grant))
        }
    }

    /// Closes a connection, which frees its place for another.
    ///
    /// - Parameter resetting: Whether the server need not go on with its answer.
    func close(_ connection: ClientConnection, resetting: Bool = false) {
        connection.channel.close(resetting: resetting)
        releasePlace()
    }

    /// Gives back the right to open a connection that could not be opened.
    func releasePlace() {
        let caller = shared.withLock { shared in
            shared.pool.giveUp().flatMap { shared.callers.removeValue(forKey: $0) }
        }
        caller?.resume(returning: .open)
    }

    // MARK: Ending

    /// Closes idle connections and refuses later callers.
    func shutDown() {
        let (idle, callers) = shared.withLock { shared in
            let (idle, waiting) = shared.pool.shutDown()
            return (idle, waiting.compactMap { shared.callers.removeValue(forKey: $0) })
        }
        for connection in idle { connection.channel.close() }
        for caller in callers { caller.resume(returning: .shutDown) }
    }

    /// The server ended an idle connection, or its idle timeout passed.
    private func idleEnded(_ id: ClientConnection.ID) {
        let connection = shared.withLock { $0.pool.idleEnded(id) }
        connection?.channel.close()
    }
}

extension OriginPool.Ticket {
    fileprivate init(_ grant: OriginPoolState<ClientConnection>.Grant) {
        self =
            switch grant {
            case .reuse(let connection): .reuse(connection)
            case .open: .open
            }
    }
}
