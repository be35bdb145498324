import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@Suite("The client", .timeLimit(.minutes(3)))
struct ClientTests {
    @Test("uses one connection again and again")
    func reuse() async throws {
        try await withServer(testRouter()) { server in
            let client = HTTPClient()
            for number in 0..<50 {
                let response = try await client.execute(server.request(.get, "/hello/\(number)"))
                _ = try await response.body.collect(upTo: 100)
            }
            #expect(server.connectionCount == 1)
            await client.shutdown()
        }
    }

    @Test("queues requests beyond its connections, and answers all of them")
    func bounded() async throws {
        try await withServer(testRouter()) { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumConnectionsPerOrigin = 4
            let client = HTTPClient(configuration: configuration)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let text = "body \(number)"
                        let response = try await client.execute(
                            server.request(.post, "/echo"),
                            body: Array(text.utf8)
                        )
                        let echoed = try await response.body.collect(upTo: 100)
                        #expect(String(decoding: echoed, as: UTF8.self) == text)
                        return response.head.status.code
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.connectionCount <= 4)
            await client.shutdown()
        }
    }

    @Test("gives up at its request timeout, and at the caller's deadline, with errors that differ")
    func timeouts() async throws {
        var router = Router()
        router.get("/never") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        try await withServer(router) { server in
            var configuration = HTTPClient.Configuration()
            configuration.requestTimeout = .milliseconds(150)
            let client = HTTPClient(configuration: configuration)
            let authority = server.localAddress.description
            await #expect(throws: HTTPClientError.requestTimeout(authority: authority)) {
                _ = try await client.execute(server.request(.get, "/never"))
            }
            await #expect(throws: HTTPClientError.deadlineExceeded(authority: authority)) {
                _ = try await client.execute(server.request(.get, "/never"), deadline: .now + .milliseconds(50))
            }
            await client.shutdown()
        }
    }

    @Test("closes its connection when the task is cancelled")
    func cancellation() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/never") { _, _ in
            startSignal.yield()
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let task = Task { try await client.execute(server.request(.get, "/never")) }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            await client.shutdown()
        }
    }

    @Test("says who refused the connection")
    func refused() async throws {
        let client = HTTPClient()
        let request = HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:1", path: "/")
        await #expect {
            _ = try await client.execute(request)
        } throws: { error in
            guard case HTTPClientError.connectionRefused(let authority, _) = error else { return false }
            return authority == "127.0.0.1:1"
        }
        await client.shutdown()
    }

    @Test("sends a GET again when a kept connection was closed, a POST never")
    func staleConnections() async throws {
        try await withServer(testRouter(), configure: { $0.maximumRequestsPerConnection = 1 }) { server in
            let client = HTTPClient()
            for _ in 0..<20 {
                let response = try await client.execute(server.request(.get, "/hello/a"))
                #expect(response.head.status == .ok)
                _ = try await response.body.collect(upTo: 100)
            }
            await client.shutdown()
        }
    }

    @Test("refuses targets that could split a request")
    func splitting() async throws {
        let client = HTTPClient()
        let request = HTTPRequest(method: .get, scheme: "http", authority: "127.0.0.1:1", path: "/a\r\nX: y")
        await #expect(throws: HTTPClientError.self) { _ = try await client.execute(request) }
        await client.shutdown()
    }
}
