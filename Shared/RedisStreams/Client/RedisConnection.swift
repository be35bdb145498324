import Deadlines
import HTTPCore
import Synchronization

/// One connection to Redis; one task uses it at a time.
final class RedisConnection: Sendable {
    private let bytes: ByteConnection
    private let server: String
    private let decoder = Mutex(RESPDecoder())

    private init(_ bytes: ByteConnection, to server: String) {
        self.bytes = bytes
        self.server = server
    }

    /// Connects, shows who asks, and chooses the database.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    static func open(_ address: RedisAddress, within timeout: Duration) async throws -> RedisConnection {
        let connection: RedisConnection
        do {
            let bytes = try await ByteConnection.connect(
                host: address.host,
                port: address.port,
                lasting: min(timeout, Deadline.current?.remaining ?? timeout)
            )
            connection = RedisConnection(bytes, to: address.authority)
        } catch let error as HTTPClientError {
            throw RedisError.unreachable(server: address.authority, reason: error.description)
        }
        if let password = address.password {
            let user = address.user.map { [$0] } ?? []
            try await connection.expectOK(RESPCommand(["AUTH"] + user + [password]), within: timeout)
        }
        if address.database != 0 {
            try await connection.expectOK(RESPCommand("SELECT", String(address.database)), within: timeout)
        }
        return connection
    }

    private func expectOK(_ command: RESPCommand, within timeout: Duration) async throws {
        switch try await send(command, within: timeout) {
        case .word("OK"): return
        case .refused(let refusal): throw RedisError.refused(server: server, refusal)
        default: throw RedisError.unreadable(server: server, reason: "it answered something else than OK")
        }
    }

    /// Whether it can take another command, as far as is known here.
    var isUsable: Bool { !bytes.hasEnded }

    /// Sends a command and waits for its reply. After an error the connection must not be used again.
    ///
    /// - Parameter timeout: How long all of it may take; less where the task's deadline is earlier.
    /// - Throws: ``RedisError``, `CancellationError`.
    func send(_ command: RESPCommand, within timeout: Duration) async throws -> RESPValue {
        let time = min(timeout, Deadline.current?.remaining ?? timeout)
        bytes.end(after: time)
        do {
            try await bytes.write(command.encoded)
            while true {
                if let reply = try reply() {
                    // An idle connection has no deadline of its own.
                    bytes.end(after: nil)
                    return reply
                }
                guard let more = try await bytes.read(upTo: 65_536) else {
                    throw RedisError.disconnected(server: server)
                }
                decoder.withLock { $0.feed(more) }
            }
        } catch let error as RESPError {
            throw RedisError.unreadable(server: server, reason: error.description)
        } catch HTTPClientError.requestTimeout {
            throw RedisError.timedOut(server: server)
        } catch is HTTPClientError {
            throw RedisError.disconnected(server: server)
        }
    }

    /// The reply to the last command, once it is here.
    private func reply() throws(RESPError) -> RESPValue? {
        try decoder.withLock { decoder throws(RESPError) in
            guard let reply = try decoder.next() else { return nil }
            // Each command has one reply; a second one would be taken for that of the next.
            if decoder.hasLeftovers { throw .malformed("more than one reply to a command") }
            return reply
        }
    }
}
