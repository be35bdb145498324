import Synchronization

/// The connections to one origin: a bounded number, and a fair queue of who waits for one.
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

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Ticket, Never>
    }

    private struct Idle {
        let connection: ClientConnection
        let since: MonotonicTime
    }

    private struct State {
        var idle: [Idle] = []
        var open = 0
        var waiters: [Waiter] = []
        var lastWaiter = 0
        var isShutDown = false
    }

    private let limit: Int
    private let waitingLimit: Int
    private let idleTimeout: Duration
    private let state = Mutex(State())

    init(configuration: HTTPClient.Configuration) {
        limit = max(1, configuration.maximumConnectionsPerOrigin)
        waitingLimit = configuration.maximumWaitingPerOrigin
        idleTimeout = configuration.idleTimeout
    }

    /// A connection that is ready, or the right to open one, or a place in the queue until there is either.
    func ticket(until deadline: MonotonicTime) async -> Ticket {
        if let now = take() { return now }
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let alarm = Task { [self] in
            let left = deadline.nanoseconds - min(deadline.nanoseconds, MonotonicTime.now.nanoseconds)
            try? await Task.sleep(for: .nanoseconds(Int64(clamping: left)))
            if !Task.isCancelled { leaveQueue(id, with: .timedOut) }
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Ticket? = state.withLock { state in
                    if let now = Self.take(&state, limit: limit, idleTimeout: idleTimeout, closing: { $0.close() }) {
                        return now
                    }
                    guard state.waiters.count < waitingLimit, !Task.isCancelled else { return .timedOut }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            leaveQueue(id, with: .timedOut)
        }
    }

    private func take() -> Ticket? {
        state.withLock { Self.take(&$0, limit: limit, idleTimeout: idleTimeout, closing: { $0.close() }) }
    }

    private static func take(
        _ state: inout State,
        limit: Int,
        idleTimeout: Duration,
        closing: (Channel) -> Void
    ) -> Ticket? {
        if state.isShutDown { return .shutDown }
        let now = MonotonicTime.now
        while let idle = state.idle.popLast() {
            if idle.since + idleTimeout > now, !idle.connection.isStale { return .reuse(idle.connection) }
            closing(idle.connection.channel)
            state.open -= 1
        }
        guard state.open < limit else { return nil }
        state.open += 1
        return .open
    }

    /// Puts a connection back that is ready for its next request.
    func giveBack(_ connection: ClientConnection) {
        connection.channel.setDeadline(.distantFuture)
        let waiter = state.withLock { state -> Waiter? in
            if state.isShutDown {
                state.open -= 1
                connection.channel.close()
                return nil
            }
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.idle.append(Idle(connection: connection, since: .now))
            return nil
        }
        waiter?.continuation.resume(returning: .reuse(connection))
    }

    /// Closes a connection and lets somebody else open one.
    func close(_ connection: ClientConnection) {
        connection.channel.close()
        releasePlace()
    }

    /// Gives back the right to open a connection that could not be opened.
    func releasePlace() {
        let waiter = state.withLock { state -> Waiter? in
            guard !state.waiters.isEmpty, !state.isShutDown else {
                state.open -= 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        waiter?.continuation.resume(returning: .open)
    }

    /// Closes what is idle and refuses whoever comes later.
    func shutDown() {
        let (idle, waiters) = state.withLock { state in
            state.isShutDown = true
            defer {
                state.open -= state.idle.count
                state.idle = []
                state.waiters = []
            }
            return (state.idle, state.waiters)
        }
        for idle in idle { idle.connection.channel.close() }
        for waiter in waiters { waiter.continuation.resume(returning: .shutDown) }
    }

    private func leaveQueue(_ id: Int, with ticket: Ticket) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: ticket)
    }
}
