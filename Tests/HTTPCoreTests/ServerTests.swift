import HTTPCore
import HTTPTypes
import Testing

@Suite("The server", .timeLimit(.minutes(3)))
struct ServerTests {
    @Test("answers requests one after another on one connection")
    func keepAlive() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await raw.read(until: "Hello, a!").hasPrefix("HTTP/1.1 200 OK\r\n"))
            raw.send("GET /hello/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let last = await raw.readToEnd()
            #expect(last.hasSuffix("Hello, b!"))
            #expect(last.contains("connection: close\r\n"))
        }
    }

    @Test("answers pipelined requests in order")
    func pipelining() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            let names = (0..<20).map { "n\($0)" }
            raw.send(names.map { "GET /hello/\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            let answers = await raw.read(until: "!", times: names.count)
            var rest = answers[...]
            for name in names {
                let range = try #require(rest.firstRange(of: "Hello, \(name)!"))
                rest = rest[range.upperBound...]
            }
        }
    }

    @Test("reads bodies with a length and in chunks, however the bytes are cut")
    func bodies() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.sendSlowly("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            #expect(await raw.read(until: "hello").contains("content-length: 5\r\n"))
            raw.sendSlowly(
                "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "6;a=b\r\nchunk \r\nA\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n"
            )
            #expect(await raw.read(until: "chunk 0123456789").contains("content-length: 16\r\n"))
        }
    }

    @Test("streams a response in chunks")
    func streaming() async throws {
        try await withServer(testRouter()) { server in
            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/stream/1000"))
            let body = try await response.body.collect(upTo: 1 << 20)
            let expected = (0..<1000).map { "line \($0)\n" }.joined()
            #expect(String(decoding: body, as: UTF8.self) == expected)
            await client.shutdown()
        }
    }

    @Test("invites a body that the client holds back")
    func expectContinue() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(await raw.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            raw.send("ok")
            #expect(await raw.read(until: "ok").hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test("answers HEAD like GET, without the body")
    func head() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("HEAD /hello/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answer = await raw.readToEnd()
            #expect(answer.contains("content-length: 9\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("serves HTTP/1.0 clients and closes after them")
    func http10() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /stream/2 HTTP/1.0\r\n\r\n")
            let answer = await raw.readToEnd()
            #expect(answer.hasSuffix("\r\n\r\nline 0\nline 1\n"))
            #expect(!answer.contains("chunked"))
        }
    }

    @Test("answers a handler's error with a 500 that tells nothing")
    func handlerError() async throws {
        try await withServer(testRouter()) { server in
            let client = HTTPClient()
            let response = try await client.execute(server.request(.get, "/broken"))
            let body = String(decoding: try await response.body.collect(upTo: 4096), as: UTF8.self)
            #expect(response.head.status == .internalServerError)
            #expect(response.head.headerFields[.contentType] == "application/problem+json")
            #expect(!body.contains("Broken"))
            await client.shutdown()
        }
    }

    @Test("tells 404 from 405 and names the methods that are there")
    func routing() async throws {
        try await withServer(testRouter()) { server in
            let client = HTTPClient()
            let missing = try await client.execute(server.request(.get, "/nothing"))
            #expect(missing.head.status == .notFound)
            let wrong = try await client.execute(server.request(.delete, "/hello/a"))
            #expect(wrong.head.status == .methodNotAllowed)
            #expect(wrong.head.headerFields[.allow] == "GET, HEAD, OPTIONS")
            await client.shutdown()
        }
    }

    @Test("cancels the handler of a client that has gone")
    func clientGone() async throws {
        let (cancelled, signal) = AsyncStream.makeStream(of: Void.self)
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/wait") { _, _ in
            startSignal.yield()
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                signal.yield()
                throw error
            }
            return Response(status: .ok)
        }
        try await withServer(router) { server in
            do {
                let raw = RawConnection(port: server.localAddress.port)
                raw.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
                for await _ in started { break }
                raw.reset()
            }
            for await _ in cancelled { break }
        }
    }

    @Test("finishes what is in flight when it shuts down, and loses nothing")
    func gracefulShutdown() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (release, releaseSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/slow") { _, _ in
            startSignal.yield()
            for await _ in release { break }
            return Response(status: .ok, body: .text("done"))
        }
        var configuration = HTTPServer.Configuration()
        configuration.shutdownGracePeriod = .seconds(30)
        let server = try HTTPServer(configuration: configuration, responder: router)
        let running = Task { try await server.run() }
        let idle = RawConnection(port: server.localAddress.port)
        let busy = RawConnection(port: server.localAddress.port)
        busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        for await _ in started { break }
        server.beginShutdown()
        let nothing = await idle.readToEnd()
        #expect(nothing == "")
        releaseSignal.yield()
        let answer = await busy.readToEnd()
        #expect(answer.hasSuffix("done"))
        #expect(answer.contains("connection: close\r\n"))
        try await running.value
        #expect(server.connectionCount == 0)
    }

    @Test("says that a port is taken")
    func takenPort() async throws {
        try await withServer(testRouter()) { server in
            var configuration = HTTPServer.Configuration()
            configuration.port = server.localAddress.port
            #expect(throws: ServerError.addressInUse(host: "127.0.0.1", port: server.localAddress.port)) {
                try HTTPServer(configuration: configuration, responder: testRouter())
            }
        }
    }

    @Test("is run once: a second time it says that it listens no more")
    func runOnce() async throws {
        let server = try HTTPServer(responder: testRouter())
        server.beginShutdown()
        try await server.run()
        let port = server.localAddress.port
        await #expect {
            try await server.run()
        } throws: { error in
            guard case ServerError.stoppedListening(_, port, _)? = error as? ServerError else { return false }
            return true
        }
    }
}
