import Deadlines
import HTTPCore
import HTTPTypes
import RawServer
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

    @Test("keeps to the deadline of the task's request, unless its own is earlier or the request's is lifted")
    func taskDeadline() async throws {
        var router = testRouter()
        router.get("/never") { _, _ in
            // A stream of its own for each request: one that a cancelled task has waited for is over for all.
            let (never, hold) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            withExtendedLifetime(hold) {}
            throw CancellationError()
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let error = HTTPClientError.deadlineExceeded(authority: server.localAddress.description)
            await #expect(throws: error) {
                try await Deadline.after(.milliseconds(50)).enforce {
                    _ = try await client.execute(server.request(.get, "/never"))
                }
            }
            await #expect(throws: error) {
                try await Deadline.after(.seconds(60)).enforce {
                    _ = try await client.execute(server.request(.get, "/never"), deadline: .now + .milliseconds(50))
                }
            }
            let answer = try await Deadline.after(.zero).enforce {
                try await Deadline.lifted { try await client.execute(server.request(.get, "/hello/a")) }
            }
            #expect(answer.head.status == .ok)
            await client.shutdown()
        }
    }

    @Test("tells the server when the task is cancelled, so that it stops, too")
    func cancellation() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (stopped, stopSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/never") { _, _ in
            startSignal.yield()
            do {
                try await Task.sleep(for: .seconds(3_600))
            } catch {
                stopSignal.yield()
                throw error
            }
            return Response(status: .ok)
        }
        try await withServer(router) { server in
            let client = HTTPClient()
            let task = Task { try await client.execute(server.request(.get, "/never")) }
            for await _ in started { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { _ = try await task.value }
            for await _ in stopped { break }
            while server.connectionCount > 0 { await Task.yield() }
            await client.shutdown()
        }
    }

    @Test("leaves a connection alone that a cancelled reader has given to the next")
    func cancelledReader() async throws {
        try await withServer(testRouter()) { server in
            var configuration = HTTPClient.Configuration()
            configuration.maximumConnectionsPerOrigin = 1
            let client = HTTPClient(configuration: configuration)
            let (held, holdSignal) = AsyncStream.makeStream(of: Void.self)
            let (release, releaseSignal) = AsyncStream.makeStream(of: Void.self)
            let first = Task {
                let response = try await client.execute(server.request(.get, "/hello/a"))
                holdSignal.yield()
                // Not cancelled with the task.
                await Task.detached { for await _ in release { break } }.value
                return try await response.body.collect(upTo: 100)
            }
            for await _ in held { break }
            let second = Task {
                let response = try await client.execute(server.request(.post, "/echo"), body: Array("b".utf8))
                return try await response.body.collect(upTo: 100)
            }
            // Until it waits in the queue, or a little less: both orders must end well.
            for _ in 0..<100 { await Task.yield() }
            first.cancel()
            releaseSignal.yield()
            _ = await first.result
            let got = try await second.value
            #expect(got == Array("b".utf8))
            await client.shutdown()
        }
    }

    @Test("lets connections go that were kept long enough, without a further request")
    func reaping() async throws {
        try await withServer(testRouter()) { server in
            var configuration = HTTPClient.Configuration()
            configuration.idleTimeout = .milliseconds(50)
            let client = HTTPClient(configuration: configuration)
            let response = try await client.execute(server.request(.get, "/hello/a"))
            _ = try await response.body.collect(upTo: 100)
            while server.connectionCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
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

    @Test("sends a GET again when a kept connection ends without a byte of the answer, a POST never")
    func staleConnections() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        for method in [HTTPRequest.Method.get, .post] {
            let server = RawServer(answer: answer, closesAtSecond: true)
            let authority = "127.0.0.1:\(server.port)"
            let client = HTTPClient()
            let request = HTTPRequest(method: method, scheme: "http", authority: authority, path: "/")
            _ = try await client.execute(request).body.collect(upTo: 100)
            #expect(server.connectionCount == 1)
            // The server reads the second request on the kept connection, and ends it without a word.
            if method == .get {
                let again = try await client.execute(request).body.collect(upTo: 100)
                #expect(again == Array("ok".utf8))
                #expect(server.connectionCount == 2)
            } else {
                await #expect(throws: HTTPClientError.connectionClosed(authority: authority)) {
                    _ = try await client.execute(request)
                }
                #expect(server.connectionCount == 1)
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
