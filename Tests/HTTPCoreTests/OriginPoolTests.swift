import Dispatch
import Glibc
import Testing

@testable import HTTPCore

@Suite("An origin's pool", .timeLimit(.minutes(1)))
struct OriginPoolTests {
    private func pool(limit: Int) -> OriginPool {
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnectionsPerOrigin = limit
        return OriginPool(configuration: configuration)
    }

    @Test("turns everybody away whose time is over, also when that is before they are in the queue")
    func expired() async {
        let pool = pool(limit: 1)
        guard case .open = await pool.ticket(until: .distantFuture) else {
            Issue.record("The first caller did not get the only place.")
            return
        }
        await withTaskGroup { group in
            for number in 0..<2_000 {
                group.addTask {
                    // One that is not turned away waits for ever, and fails the suite's time limit.
                    let ticket = await pool.ticket(until: .now + .nanoseconds(number % 20 * 1_000))
                    guard case .timedOut = ticket else {
                        Issue.record("A caller got \(ticket).")
                        return
                    }
                }
            }
        }
    }

    @Test("serves others while it looks at a socket, or closes one")
    func systemCalls() async {
        // In a process without other sockets, whose loop the test may hold up.
        await #expect(processExitsWith: .success) {
            try await withServer(testRouter()) { server in
                let address = server.localAddress
                let authority = address.description
                let channel = try await Connector.connect(
                    to: Destination(host: address.host, port: address.port, authority: authority),
                    deadline: .now + .seconds(20)
                )
                let connection = ClientConnection(channel: channel, authority: authority)
                var configuration = HTTPClient.Configuration()
                configuration.maximumConnectionsPerOrigin = 2
                let pool = OriginPool(configuration: configuration)
                guard case .open = await pool.ticket(until: .distantFuture) else { exit(2) }
                pool.giveBack(connection)

                // The descriptor is in use, so that every other call on it waits.
                let (held, holdSignal) = AsyncStream.makeStream(of: Void.self)
                let release = DispatchSemaphore(value: 0)
                DispatchQueue(label: "holder").async { @Sendable in
                    channel.withDescriptor { _ in
                        holdSignal.yield()
                        // A pool that waits as well lets the test fail instead of hang.
                        if release.wait(timeout: .now() + .seconds(60)) != .success { exit(3) }
                    }
                }
                for await _ in held { break }
                let first = Task(executorPreference: ComputeExecutor(name: "first", width: 1)) {
                    await pool.ticket(until: .distantFuture)
                }
                while pool.idleCount > 0 { await Task.yield() }
                // The first caller has the idle connection and checks it.
                guard case .open = await pool.ticket(until: .distantFuture) else { exit(4) }
                release.signal()
                guard case .reuse = await first.value else { exit(5) }
                pool.close(connection)
                pool.releasePlace()
            }
        }
    }
}
