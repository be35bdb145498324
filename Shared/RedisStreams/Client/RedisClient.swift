import Synchronization

/// Asks one Redis, over as many connections as there are commands under way, up to a bound.
///
/// A connection that fails is closed, and with it those that lie idle: they most likely lead to the same server that
/// went away. The next command connects anew. Every command that this module sends may be sent twice.
public final class RedisClient: Sendable {
    private struct State {
        var idle: [RedisConnection] = []
        var inUse = 0
    }

    let address: RedisAddress
    private let limit: Int
    private let timeout: Duration
    private let state = Mutex(State())

    /// Creates a client, which connects when it is first needed.
    ///
    /// - Parameters:
    ///   - address: Where Redis is.
    ///   - limit: The most connections; 32 by default. A command that finds all of them in use is refused.
    ///   - timeout: How long connecting may take, and each command beside what it waits for by itself; 3 s by default.
    public init(_ address: RedisAddress, limit: Int = 32, timeout: Duration = .seconds(3)) {
        self.address = address
        self.limit = limit
        self.timeout = timeout
    }

    /// Sends a command and waits for its reply.
    ///
    /// - Parameter waiting: How long Redis itself may wait before it replies.
    /// - Throws: ``RedisError``, `CancellationError`.
    func send(_ command: RESPCommand, waiting: Duration = .zero) async throws -> RESPValue {
        let idle = try reserve()
        var used: RedisConnection?
        defer { giveBack(used) }
        if let idle {
            do {
                let reply = try await idle.send(command, within: timeout + waiting)
                used = idle
                return try checked(reply)
            } catch RedisError.disconnected {
                // Redis was started again since it was last used.
                dropIdle()
            }
        }
        do {
            let connection = try await RedisConnection.open(address, within: timeout)
            let reply = try await connection.send(command, within: timeout + waiting)
            used = connection
            return try checked(reply)
        } catch let error where used == nil {
            dropIdle()
            throw error
        }
    }

    private func checked(_ reply: RESPValue) throws(RedisError) -> RESPValue {
        if case .refused(let refusal) = reply { throw .refused(server: address.authority, refusal) }
        return reply
    }

    /// Takes a place, and an idle connection when there is one.
    private func reserve() throws(RedisError) -> RedisConnection? {
        let (hasPlace, connection) = state.withLock { state -> (Bool, RedisConnection?) in
            guard state.inUse < limit else { return (false, nil) }
            state.inUse += 1
            while let connection = state.idle.popLast() {
                if connection.isUsable { return (true, connection) }
            }
            return (true, nil)
        }
        guard hasPlace else { throw .busy(server: address.authority, connections: limit) }
        return connection
    }

    private func giveBack(_ connection: RedisConnection?) {
        state.withLock { state in
            state.inUse -= 1
            if let connection { state.idle.append(connection) }
        }
    }

    private func dropIdle() {
        let dropped = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        // They close where nobody holds the lock.
        _ = dropped
    }
}
