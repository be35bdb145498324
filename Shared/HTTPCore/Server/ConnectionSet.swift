import Synchronization

/// The connections that a server has open, and who waits for their number to change.
final class ConnectionSet: Sendable {
    private struct State {
        var connections: [Int: ServerConnection] = [:]
        var lastKey = 0
        var changes = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How many are open.
    var count: Int { state.withLock { $0.connections.count } }

    /// Adds a connection, serves it, and removes it when it is over.
    func start(_ connection: ServerConnection) {
        let key = state.withLock { state in
            state.lastKey += 1
            state.connections[state.lastKey] = connection
            return state.lastKey
        }
        connection.start { [self] in
            state.withLock { _ = $0.connections.removeValue(forKey: key) }
            wakeWaiters()
        }
    }

    /// Calls a closure with each connection.
    func forEach(_ body: (ServerConnection) -> Void) {
        for connection in state.withLock({ Array($0.connections.values) }) { body(connection) }
    }

    /// A number that grows with every change; read it before looking, and give it to ``waitForChange(since:)``.
    var changes: Int { state.withLock { $0.changes } }

    /// Returns when a connection was closed, or ``wakeWaiters()`` called, after the number was read.
    func waitForChange(since seen: Int) async {
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard state.changes == seen else { return false }
                state.waiters.append(waiter)
                return true
            }
            if !mustWait { waiter.resume() }
        }
    }

    /// Lets everybody who waits look again.
    func wakeWaiters() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.changes += 1
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
