import Glibc
import HTTPTypes
import Testing

@testable import HTTPCore

/// What happens when one side, or a part of it, leaves while the other still works.
@Suite("Who leaves early", .timeLimit(.minutes(3)))
struct LeavingTests {
    @Test("a client that has ended its half of the connection gets its answer, also from a handler that waits")
    func halfClosed() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/slow") { _, _ in
            startSignal.yield()
            for await _ in gate { break }
            // The end of the client's half waits in the kernel. This task yields to its own event loop, which looks there
            // after every 64 turns at the latest.
            for _ in 0..<1_000 { await Task.yield() }
            return Response(status: .ok, body: .text("whole"))
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            for await _ in started { break }
            raw.finishSending()
            while !raw.peerKnowsEnd { await Task.yield() }
            opener.yield()
            #expect(await raw.readToEnd().hasSuffix("whole"))
        }
    }

    @Test("a client of HTTP/2 that has ended its half of the connection gets all answers whose requests are whole")
    func halfClosedHTTP2() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        var router = testRouter()
        router.get("/slow") { _, _ in
            arrival.yield()
            for await _ in gate { break }
            return Response(status: .ok, body: .text("whole"))
        }
        router.post("/cut") { request, _ in
            do {
                return Response(status: .ok, body: .bytes(try await request.body.collect(upTo: 1_000)))
            } catch {
                // The end of the client's half has come.
                opener.yield()
                return Response(status: .badRequest, body: .text("\(error)"))
            }
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/slow", stream: 1))
            for await _ in arrived { break }
            peer.send(HTTP2Peer.head("POST", "/cut", stream: 3, ends: false), HTTP2Peer.data([1], stream: 3))
            peer.finishSending()
            let frames = await peer.frames { _ in false }
            func body(of stream: Int32) -> String {
                let data = frames.filter { $0.stream == stream && $0.type == HTTP2Frame.data }.flatMap(\.payload)
                return String(decoding: data, as: UTF8.self)
            }
            #expect(body(of: 1) == "whole")
            #expect(body(of: 3) == "\(BodyError.incomplete)")
            #expect(frames.filter(\.endsStream).map(\.stream).sorted() == [1, 3])
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test("an answer larger than the windows of a client that opens no more ends with the timeout for writing")
    func halfClosedWindows() async throws {
        var router = Router()
        router.get("/large") { _, _ in Response(status: .ok, body: .bytes([UInt8](repeating: 7, count: 100_000))) }
        try await withServer(router, configure: { $0.writeTimeout = .milliseconds(100) }) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/large", stream: 1))
            peer.finishSending()
            let frames = await peer.frames { _ in false }
            #expect(frames.filter { $0.type == HTTP2Frame.data }.reduce(0) { $0 + $1.payload.count } == 65_535)
            #expect(frames.contains { $0.type == HTTP2Frame.resetStream && $0.stream == 1 })
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test("a client of events over HTTP/2 that ends its half of the connection ends the stream")
    func eventsOverHTTP2() async throws {
        let (stopped, stopSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/events") { _, _ in
            .serverSentEvents { events in
                try await events.send(ServerSentEvent(data: "first"))
                do {
                    try await Task.sleep(for: .seconds(3_600))
                } catch {
                    stopSignal.yield()
                    throw error
                }
            }
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/events", stream: 1))
            _ = await peer.frames { $0.type == HTTP2Frame.data }
            peer.finishSending()
            for await _ in stopped { break }
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test("a client that has ended its half ends its handler where the server takes that for leaving")
    func halfClosedIsGone() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (stopped, stopSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/wait") { _, _ in
            startSignal.yield()
            do {
                try await Task.sleep(for: .seconds(3_600))
            } catch {
                stopSignal.yield()
                throw error
            }
            return Response(status: .ok)
        }
        try await withServer(router, configure: { $0.cancelsWhenClientStopsSending = true }) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            for await _ in started { break }
            raw.finishSending()
            for await _ in stopped { break }
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test("a client of events that goes ends the stream, though nothing is written", arguments: [false, true])
    func events(byReset: Bool) async throws {
        let (stopped, stopSignal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/events") { _, _ in
            .serverSentEvents { events in
                try await events.send(ServerSentEvent(data: "first"))
                do {
                    try await Task.sleep(for: .seconds(3_600))
                } catch {
                    stopSignal.yield()
                    throw error
                }
            }
        }
        try await withServer(router) { server in
            var raw: RawConnection? = RawConnection(port: server.localAddress.port)
            raw?.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = await raw?.read(until: "first")
            if byReset { raw?.reset() }
            raw = nil
            for await _ in stopped { break }
            while server.connectionCount > 0 { await Task.yield() }
        }
    }

    @Test("a client whose connection breaks ends its handler and its stream", arguments: ["/wait", "/stream"])
    func reset(path: String) async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (stopped, stopSignal) = AsyncStream.makeStream(of: Void.self)
        @Sendable func waitForEver() async throws {
            startSignal.yield()
            do {
                try await Task.sleep(for: .seconds(3_600))
            } catch {
                stopSignal.yield()
                throw error
            }
        }
        var router = Router()
        router.get("/wait") { _, _ in
            try await waitForEver()
            return Response(status: .ok)
        }
        router.get("/stream") { _, _ in Response(status: .ok, body: .stream { _ in try await waitForEver() }) }
        try await withServer(router) { server in
            var raw: RawConnection? = RawConnection(port: server.localAddress.port)
            raw?.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            for await _ in started { break }
            raw?.reset()
            raw = nil
            for await _ in stopped { break }
        }
    }

    @Test("a handler that leaves a task behind at its request's body gives it an end, and the client its answer")
    func strayReader() async throws {
        let (errors, errorSignal) = AsyncStream.makeStream(of: BodyError?.self)
        let (begun, beginSignal) = AsyncStream.makeStream(of: Void.self)
        var router = testRouter()
        router.post("/stray") { request, _ in
            Task {
                do {
                    for try await _ in request.body { beginSignal.yield() }
                    errorSignal.yield(nil)
                } catch {
                    errorSignal.yield(error as? BodyError)
                }
            }
            for await _ in begun { break }
            // The task reads again, or is about to: both must end well.
            for _ in 0..<100 { await Task.yield() }
            return Response(status: .ok, body: .text("answered."))
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("POST /stray HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n0123456789")
            #expect(await raw.read(until: "answered.").hasSuffix("answered."))
            for await error in errors {
                #expect(error == .unavailable)
                break
            }
            raw.send(String(repeating: "x", count: 90) + "GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await raw.read(until: "Hello, a!").hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test("a handler that returns while a task of its own writes ends the body after that piece")
    func strayWriter() async throws {
        // More than the sockets hold, so that the write lasts until the client reads.
        let size = 48 << 20
        let (returning, returnSignal) = AsyncStream.makeStream(of: Void.self)
        var router = testRouter()
        router.get("/stray") { _, _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    Task {
                        // A flush that is under way refuses this one, and not the other way round.
                        while true {
                            do {
                                return try await writer.write([UInt8](repeating: 0x61, count: size))
                            } catch ResponseWriteError.concurrentWrite {
                                await Task.yield()
                            }
                        }
                    }
                    // Until the task writes.
                    while (try? await writer.flush()) != nil { await Task.yield() }
                    returnSignal.yield()
                }
            )
        }
        try await withServer(router) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send(
                "GET /stray HTTP/1.1\r\nHost: x\r\n\r\nGET /hello/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            for await _ in returning { break }
            let answers = Array(await raw.readToEnd().utf8)
            let start = try #require(answers.firstRange(of: Array("3000000\r\n".utf8))).upperBound
            try #require(answers.count > start + size)
            let piece = [UInt8](repeating: 0x61, count: size)
            #expect(answers.withUnsafeBytes { memcmp($0.baseAddress! + start, piece, size) } == 0)
            let after = String(decoding: answers[(start + size)...], as: UTF8.self)
            #expect(after.hasPrefix("\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(after.hasSuffix("Hello, b!"))
        }
    }

    @Test("a server that stops answers those that it has let in")
    func acceptedBeforeDrain() async throws {
        for _ in 0..<20 {
            let server = try HTTPServer(responder: testRouter())
            let port = server.localAddress.port
            let answered = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    let client = RawConnection(port: port)
                    client.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
                    group.addTask { await client.readToEnd().hasSuffix("Hello, a!") }
                }
                // The kernel has let them in; the server has not looked at one of them yet.
                server.beginShutdown()
                let running = Task { try await server.run() }
                let answered = try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                try await running.value
                return answered
            }
            #expect(answered == 16)
        }
    }

    @Test("a body that is malformed after its answer was decided costs the connection, and the answer says so")
    func malformedUnreadBody() async throws {
        try await withServer(testRouter()) { server in
            for body in ["zz\r\n", "5\r\nhello\r\nzz\r\n", "5;a=\"\r\nhello\r\n0\r\n\r\n"] {
                let raw = RawConnection(port: server.localAddress.port)
                raw.send("POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
                raw.send("GET /hello/smuggled HTTP/1.1\r\nHost: x\r\n\r\n")
                let answer = await raw.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 404 "))
                #expect(answer.contains("\r\nconnection: close\r\n"))
                #expect(!answer.contains("smuggled"))
            }
        }
    }

    @Test("a client that sends a hundred thousand tiny chunks with extensions is refused, and the connection ends")
    func tinyChunks() async throws {
        try await withServer(testRouter()) { server in
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1;\(String(repeating: "e", count: 100))\r\na\r\n"
            Task.detached {
                let thousand = String(repeating: chunk, count: 1_000)
                for _ in 0..<100 { raw.send(thousand) }
                raw.send("0\r\n\r\n")
            }
            let answer = await raw.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("\r\nconnection: close\r\n"))
        }
    }
}
