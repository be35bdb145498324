import CurlHTTP
import HTTPTypes
import Testing

@testable import HTTPCore

/// What clients of HTTP/2 get: libcurl as one that people use, and a raw socket where that cannot say it.
@Suite("Over HTTP/2, the server", .timeLimit(.minutes(2)))
struct HTTP2ServingTests {
    private let client = CurlClient()

    private func execute(
        _ server: HTTPServer,
        _ path: String,
        method: String = "GET",
        body: [UInt8] = []
    ) async throws -> CurlResponse {
        try await client.execute(
            CurlRequest(
                method: method,
                url: "http://\(server.localAddress)\(path)",
                body: body,
                maximumResponseBytes: 16 << 20,
                version: .http2
            )
        )
    }

    @Test("answers on the same port and by the same routes as over HTTP/1.1")
    func sameRoutes() async throws {
        try await withServer(testRouter()) { server in
            let response = try await execute(server, "/hello/two")
            #expect(response.status == 200)
            #expect(response.body == Array("Hello, two!".utf8))
            #expect(response.header("content-length") == "11")
            #expect(response.header("date") != nil)
            #expect(try await execute(server, "/nowhere").status == 404)
            #expect(try await execute(server, "/echo", method: "DELETE").status == 405)
            #expect(try await execute(server, "/broken").status == 500)
            let first = try await HTTPClient().execute(server.request(.get, "/hello/one"))
            #expect(try await first.body.collect(upTo: 100) == Array("Hello, one!".utf8))
        }
    }

    @Test("shows a handler the request as HTTP/1.1 does: version, authority, query, fields, and cookies as one")
    func request() async throws {
        var router = Router()
        router.get("/show") { request, context in
            let fields = request.head.headerFields
            let text = [
                context.version.description, request.head.authority ?? "", request.query["q"] ?? "",
                fields[.userAgent] ?? "", fields[.cookie] ?? "", request.head.scheme ?? "",
            ]
            return Response(status: .ok, body: .text(text.joined(separator: "|")))
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(
                HTTP2Peer.head(
                    "GET",
                    "/show?q=a%20b",
                    stream: 1,
                    fields: [("user-agent", "raw"), ("cookie", "a=1"), ("cookie", "b=2")]
                )
            )
            #expect(await peer.body(of: 1) == Array("2|shop.test|a b|raw|a=1; b=2|http".utf8))
        }
    }

    @Test("takes bodies larger than every window, and gives them back", arguments: [0, 1, 16_384, 65_536, 5_000_000])
    func echo(size: Int) async throws {
        var router = Router()
        router.post("/echo") { request, _ in
            Response(status: .ok, body: .bytes(try await request.body.collect(upTo: 8 << 20)))
        }
        try await withServer(router) { server in
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            let response = try await execute(server, "/echo", method: "POST", body: body)
            #expect(response.status == 200)
            #expect(response.body == body)
        }
    }

    @Test("streams a body in pieces, and trailers after it")
    func trailers() async throws {
        var router = Router()
        router.post("/stream") { request, _ in
            var count = 0
            for try await piece in request.body { count += piece.count }
            let total = count
            return Response(
                status: .ok,
                body: .stream { writer in
                    for number in 0..<100 { try await writer.write("line \(number)\n") }
                    try writer.setTrailers([HTTPField.Name("x-count")!: "\(total)"])
                }
            )
        }
        try await withServer(router) { server in
            let response = try await execute(
                server,
                "/stream",
                method: "POST",
                body: [UInt8](repeating: 7, count: 300_000)
            )
            #expect(response.body.split(separator: UInt8(ascii: "\n")).count == 100)
            #expect(response.trailers.first { $0.name == "x-count" }?.value == "300000")
        }
    }

    @Test("gives a handler the trailers of a request")
    func requestTrailers() async throws {
        var router = Router()
        router.post("/trailers") { request, _ in
            _ = try await request.body.collect(upTo: 100)
            return Response(status: .ok, body: .text(request.body.trailers[HTTPField.Name("x-sum")!] ?? "none"))
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(
                HTTP2Peer.head("POST", "/trailers", stream: 1, ends: false),
                HTTP2Peer.data([1, 2, 3], stream: 1),
                HTTP2Peer.fieldBlock(
                    [("x-sum", "6")],
                    stream: 1,
                    flags: HTTP2Peer.endHeaders | HTTP2Frame.endStream
                )
            )
            #expect(await peer.body(of: 1) == Array("6".utf8))
        }
    }

    @Test("answers many requests of one connection at once, in whatever order they are done")
    func concurrentStreams() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        var router = testRouter()
        router.get("/gate") { _, _ in
            for await _ in gate { break }
            return Response(status: .ok, body: .text("opened"))
        }
        router.get("/open") { _, _ in
            opener.yield()
            return Response(status: .ok)
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            // The first waits for what the third does.
            peer.send(HTTP2Peer.head("/gate", stream: 1))
            peer.send(HTTP2Peer.head("/hello/b", stream: 3))
            #expect(await peer.body(of: 3) == Array("Hello, b!".utf8))
            peer.send(HTTP2Peer.head("/open", stream: 5))
            #expect(await peer.body(of: 1) == Array("opened".utf8))
        }
    }

    @Test("sends no body to HEAD, and none with 204")
    func noBody() async throws {
        var router = testRouter()
        router.get("/empty") { _, _ in Response(status: .noContent, body: .text("not sent")) }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("HEAD", "/hello/x", stream: 1))
            #expect(await peer.body(of: 1) == [])
            peer.send(HTTP2Peer.head("GET", "/empty", stream: 3))
            #expect(await peer.body(of: 3) == [])
        }
    }

    @Test("asks for a body that the client holds back, once a handler reads it")
    func expectation() async throws {
        try await withServer(testRouter()) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("POST", "/echo", stream: 1, fields: [("expect", "100-continue")], ends: false))
            let invitation = await peer.frames { $0.type == HTTP2Frame.headers }.last
            #expect(invitation?.endsStream == false)
            peer.send(HTTP2Peer.data([1, 2], stream: 1, ends: true))
            #expect(await peer.body(of: 1) == [1, 2])
        }
    }

    @Test("tells a client to stop when the answer does not need the rest of its body")
    func unreadBody() async throws {
        try await withServer(testRouter()) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("POST", "/nowhere", stream: 1, ends: false), HTTP2Peer.data([1], stream: 1))
            let frames = await peer.frames { $0.type == HTTP2Frame.resetStream }
            #expect(frames.contains { $0.stream == 1 && $0.endsStream })
            #expect(frames.last?.errorCode == HTTP2ErrorCode.noError.rawValue)
            peer.send(HTTP2Peer.head("/hello/next", stream: 3))
            #expect(await peer.body(of: 3) == Array("Hello, next!".utf8))
        }
    }

    @Test(
        "answers behind the short rest of a body that nobody reads, and stops a client that has a long one",
        arguments: [100, 200]
    )
    func shortRest(length: Int) async throws {
        try await withServer(testRouter(), configure: { $0.maximumDrainedBytes = 100 }) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            let announced = [("content-length", "\(length)")]
            peer.send(
                HTTP2Peer.head("POST", "/nowhere", stream: 1, fields: announced, ends: false),
                HTTP2Peer.data([1], stream: 1)
            )
            if length == 100 { peer.send(HTTP2Peer.data([UInt8](repeating: 2, count: 99), stream: 1, ends: true)) }
            let answer = await peer.frames { $0.stream == 1 && $0.endsStream }
            #expect(answer.last?.endsStream == true)
            peer.send(HTTP2Peer.head("/hello/next", stream: 3))
            let next = await peer.frames { $0.stream == 3 && $0.endsStream }
            #expect(next.last?.endsStream == true)
            #expect(next.contains { $0.type == HTTP2Frame.resetStream && $0.stream == 1 } == (length > 100))
        }
    }

    @Test("refuses a body that is announced larger than allowed with 413, before it comes")
    func largeBody() async throws {
        try await withServer(testRouter(), configure: { $0.maximumBodyBytes = 1_000 }) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            let length = [("content-length", "1001")]
            peer.send(HTTP2Peer.head("POST", "/echo", stream: 1, fields: length, ends: false))
            let body = await peer.body(of: 1).map { String(decoding: $0, as: UTF8.self) }
            #expect(body?.contains(#""status":413"#) == true)
        }
    }

    @Test("shows that a streamed body is not whole when its handler fails")
    func brokenStream() async throws {
        var router = Router()
        router.get("/broken") { _, _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    try await writer.write("half")
                    throw Broken()
                }
            )
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/broken", stream: 1))
            let last = await peer.frames { $0.endsStream || $0.type == HTTP2Frame.resetStream }.last
            #expect(last?.type == HTTP2Frame.resetStream)
            #expect(last?.errorCode == HTTP2ErrorCode.internalError.rawValue)
        }
    }

    @Test(
        "cancels the handler of a request that its client resets, and of one whose client is gone",
        arguments: [true, false]
    )
    func cancellation(byReset: Bool) async throws {
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
        try await withServer(router) { server in
            var peer: HTTP2Peer? = HTTP2Peer(port: server.localAddress.port)
            peer?.begin()
            peer?.send(HTTP2Peer.head("/wait", stream: 1))
            for await _ in started { break }
            if byReset { peer?.send(HTTP2Peer.resetStream(1)) } else { peer?.reset() }
            // The reset is sent when the socket is closed; until then it is only the end of the client's half.
            if !byReset { peer = nil }
            for await _ in stopped { break }
        }
    }

    @Test("holds a writer back while its client reads slowly, and loses nothing")
    func slowReader() async throws {
        let written = Gauge()
        var router = Router()
        router.get("/large") { _, _ in
            Response(
                status: .ok,
                body: .stream { writer in
                    for _ in 0..<64 {
                        try await writer.write([UInt8](repeating: 9, count: 32_768))
                        written.enter()
                    }
                }
            )
        }
        try await withServer(router) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            // The client's windows let 64 KiB through.
            peer.begin()
            peer.send(HTTP2Peer.head("/large", stream: 1))
            var received = 0
            while received < 65_535, let frame = await peer.nextFrame() {
                if frame.type == HTTP2Frame.data { received += frame.payload.count }
            }
            #expect(written.now <= 2)
            peer.send(HTTP2Peer.windowUpdate(4 << 20), HTTP2Peer.windowUpdate(4 << 20, stream: 1))
            received += await peer.body(of: 1)?.count ?? 0
            #expect(received == 64 * 32_768)
        }
    }

    @Test("drains: announces the end, takes what was sent until the client knew, and ends when all is answered")
    func drain() async throws {
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        var router = testRouter()
        router.get("/wait") { _, _ in
            startSignal.yield()
            for await _ in gate { break }
            return Response(status: .ok, body: .text("done"))
        }
        // The test alone decides what comes when, however busy the machine is.
        func patient(_ configuration: inout HTTPServer.Configuration) {
            configuration.freshness = .seconds(3_600)
            configuration.shutdownGracePeriod = .seconds(3_600)
        }
        try await withServer(router, configure: patient) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/wait", stream: 1))
            for await _ in started { break }
            server.beginShutdown()
            let notice = await peer.frames { $0.type == HTTP2Frame.goAway }
            #expect(notice.last?.errorCode == HTTP2ErrorCode.noError.rawValue)
            #expect(notice.last?.payload.prefix(4) == [0x7F, 0xFF, 0xFF, 0xFF])
            // On its way when the notice came.
            peer.send(HTTP2Peer.head("/hello/late", stream: 3))
            #expect(await peer.body(of: 3) == Array("Hello, late!".utf8))
            if var answer = notice.last(where: { $0.type == HTTP2Frame.ping }) {
                answer.flags = HTTP2Frame.acknowledgement
                peer.send(answer)
            }
            let final = await peer.frames { $0.type == HTTP2Frame.goAway }.last
            #expect(final?.payload.prefix(4) == HTTP2Peer.octets(of: 3)[...])
            opener.yield()
            #expect(await peer.body(of: 1) == Array("done".utf8))
            #expect(await peer.nextFrame() == nil)
        }
    }

    @Test("ends a connection without requests after the idle time, and says so")
    func idle() async throws {
        try await withServer(testRouter(), configure: { $0.idleTimeout = .milliseconds(100) }) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            peer.send(HTTP2Peer.head("/hello/x", stream: 1))
            #expect(await peer.body(of: 1) == Array("Hello, x!".utf8))
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.noError.rawValue)
        }
    }

    @Test("takes no more requests on a connection than configured, and answers those")
    func requestLimit() async throws {
        try await withServer(testRouter(), configure: { $0.maximumRequestsPerConnection = 3 }) { server in
            let peer = HTTP2Peer(port: server.localAddress.port)
            peer.begin()
            for stream in [Int32(1), 3, 5] {
                peer.send(HTTP2Peer.head("/hello/\(stream)", stream: stream))
                #expect(await peer.body(of: stream) == Array("Hello, \(stream)!".utf8))
            }
            #expect(await peer.nextFrame() == nil)
        }
    }
}
