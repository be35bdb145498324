import Deadlines
import RawServer
import RedisServer
import Testing

@testable import RedisStreams

@Suite("A client of Redis", .timeLimit(.minutes(1)))
struct RedisClientTests {
    private static func client(_ port: Int, password: String? = nil, timeout: Duration = .seconds(10)) throws
        -> RedisClient
    {
        let credentials = password.map { ":\($0)@" } ?? ""
        let address = try #require(RedisAddress("redis://\(credentials)127.0.0.1:\(port)"))
        return RedisClient(address, limit: 2, timeout: timeout)
    }

    private static let ping = RESPCommand("PING")

    @Test(
        "takes nothing for an answer that is none, and repeats nothing of it",
        arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "$99999999999\r\n", "+PONG\r\n+hunter2\r\n", "*1\r\n*-7\r\n"]
    )
    func hostile(answer: String) async throws {
        let server = RawServer(answer: answer)
        let error = await #expect(throws: RedisError.self) { try await Self.client(server.port).send(Self.ping) }
        guard case .unreadable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("shows no password that a server sends back")
    func echo() async throws {
        let server = RawServer(answer: "-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n")
        let client = try Self.client(server.port, password: "hunter2")
        let error = await #expect(throws: RedisError.self) { try await client.send(Self.ping) }
        #expect(error == .refused(server: "127.0.0.1:\(server.port)", .other))
        #expect(String(reflecting: error).contains("hunter2") == false)
    }

    @Test("waits for an answer no longer than it has time, and no longer than its caller has")
    func silent() async throws {
        let server = RawServer(answer: "+PO")
        let timedOut = RedisError.timedOut(server: "127.0.0.1:\(server.port)")
        await #expect(throws: timedOut) {
            try await Self.client(server.port, timeout: .milliseconds(50)).send(Self.ping)
        }
        await #expect(throws: timedOut) {
            try await Deadline.after(.milliseconds(50)).enforce {
                try await Self.client(server.port, timeout: .seconds(600)).send(Self.ping)
            }
        }
    }

    @Test("ends a wait at once when its task is cancelled")
    func cancelled() async throws {
        let server = RawServer(answer: "+PO")
        let client = try Self.client(server.port, timeout: .seconds(600))
        let waiting = Task { try await client.send(Self.ping) }
        while server.connectionCount == 0 { await Task.yield() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("opens no more connections than it may")
    func bounded() async throws {
        let server = RawServer(answer: "+PO")
        let client = try Self.client(server.port, timeout: .seconds(600))
        let waiting = (0..<2).map { _ in Task { try await client.send(Self.ping) } }
        while server.connectionCount < 2 { await Task.yield() }
        await #expect(throws: RedisError.busy(server: "127.0.0.1:\(server.port)", connections: 2)) {
            try await client.send(Self.ping)
        }
        for task in waiting { task.cancel() }
    }

    @Test("says who cannot be reached")
    func unreachable() async throws {
        let error = await #expect(throws: RedisError.self) { try await Self.client(1).send(Self.ping) }
        guard case .unreachable(server: "127.0.0.1:1", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "shows a real server who asks, chooses the database, and is back after a restart",
        .enabled(if: RedisServer.isThere, "No Redis: run ./demo test, or set FAULTLINE_REDIS.")
    )
    func real() async throws {
        let server = try await RedisServer(password: "p@ss word")
        let address = try #require(RedisAddress("redis://default:p%40ss%20word@127.0.0.1:\(server.port)/3"))
        let client = RedisClient(address)
        _ = try await client.send(RESPCommand("SET", "key", "value"))
        #expect(try await client.send(RESPCommand("CLIENT", "INFO")).text?.contains(" db=3 ") == true)
        server.kill()
        await #expect(throws: RedisError.self) { try await client.send(Self.ping) }
        try await server.start()
        #expect(try await client.send(RESPCommand("GET", "key")) == .bytes(Array("value".utf8)))
        let stranger = try Self.client(server.port)
        await #expect(throws: RedisError.refused(server: "127.0.0.1:\(server.port)", .passwordMissing)) {
            try await stranger.send(Self.ping)
        }
    }
}
