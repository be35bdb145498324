import HTTPTypes
import Testing

@testable import HTTPCore

/// What a hostile client does over a raw socket: each time it loses its connection or its request, that is counted, and
/// everybody else is served.
@Suite("Against HTTP/2 attacks, the server", .timeLimit(.minutes(2)))
struct HTTP2AttackTests {
    /// Runs an attack, and sees that another client is served during and after it.
    private func attack(
        _ router: Router = testRouter(),
        configure: @escaping @Sendable (inout HTTPServer.Configuration) -> Void = { _ in },
        counted excess: HTTP2Excess?,
        _ attack: @Sendable (HTTP2Peer) async throws -> Void
    ) async throws {
        try await withServer(router, configure: configure) { server in
            let bystander = HTTP2Peer(port: server.localAddress.port)
            bystander.begin()
            bystander.send(HTTP2Peer.head("/hello/before", stream: 1))
            #expect(await bystander.body(of: 1) == Array("Hello, before!".utf8))

            try await attack(HTTP2Peer(port: server.localAddress.port))

            bystander.send(HTTP2Peer.head("/hello/after", stream: 3))
            #expect(await bystander.body(of: 3) == Array("Hello, after!".utf8))
            if let excess { #expect(server.http2Excesses[excess, default: 0] >= 1) }
        }
    }

    @Test(
        "ends the connection of one that opens and resets requests (CVE-2023-44487), and bounds the handlers that run"
    )
    func rapidReset() async throws {
        let running = Gauge()
        var router = testRouter()
        router.get("/wait") { _, _ in
            running.enter()
            defer { running.leave() }
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        try await attack(
            router,
            configure: {
                $0.http2.resetsPerSecond = 10
                $0.http2.maximumConcurrentStreams = 32
            },
            counted: .resets
        ) { peer in
            peer.begin()
            for stream in stride(from: Int32(1), to: 2_001, by: 2) {
                peer.send(HTTP2Peer.head("/wait", stream: stream), HTTP2Peer.resetStream(stream))
            }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
        }
        #expect(running.highest <= 32)
        #expect(running.now == 0)
    }

    @Test("ends the connection of one that makes the server reset its requests (CVE-2025-8671)")
    func madeReset() async throws {
        try await attack(configure: { $0.http2.resetsPerSecond = 10 }, counted: .resets) { peer in
            peer.begin()
            for stream in stride(from: Int32(1), to: 401, by: 2) {
                peer.send(
                    HTTP2Peer.head("POST", "/echo", stream: stream, ends: false),
                    HTTP2Peer.windowUpdate(0x7FFF_FFFF, stream: stream)
                )
            }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
        }
    }

    @Test("ends the connection of one whose head never ends (CVE-2024-27316)")
    func continuations() async throws {
        try await attack(counted: .continuations) { peer in
            peer.begin()
            peer.send(HTTP2Peer.fieldBlock([(":method", "GET")], stream: 1, flags: 0))
            for number in 0..<1_000 {
                var more = HTTP2Peer.fieldBlock([("x-\(number)", "more")], stream: 1, flags: 0)
                more.type = HTTP2Peer.continuation
                peer.send(more)
            }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
        }
    }

    @Test(
        "ends the connection of one that sends frames without content all the time",
        arguments: [
            HTTP2Peer.settings(), HTTP2Peer.ping(), HTTP2Peer.data([], stream: 1),
            HTTP2Peer.Frame(type: HTTP2Peer.priority, stream: 5, payload: [0, 0, 0, 0, 1]),
        ]
    )
    func controlFrames(frame: HTTP2Peer.Frame) async throws {
        try await attack(configure: { $0.http2.controlFramesPerSecond = 10 }, counted: .controlFrames) { peer in
            peer.begin()
            peer.send(HTTP2Peer.head("POST", "/echo", stream: 1, ends: false))
            for _ in 0..<1_000 { peer.send(frame) }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
        }
    }

    @Test("refuses a head that is too large, and goes on with the connection")
    func largeHead() async throws {
        try await attack(configure: { $0.limits.fieldBytes = 1_000 }, counted: .head) { peer in
            peer.begin()
            let fields = (0..<40).map { ("x-field-\($0)", String(repeating: "v", count: 100)) }
            peer.send(HTTP2Peer.head("GET", "/hello/large", stream: 1, fields: fields))
            let body = await peer.body(of: 1).map { String(decoding: $0, as: UTF8.self) }
            #expect(body?.contains(#""status":431"#) == true)
            peer.send(HTTP2Peer.head("/hello/again", stream: 3))
            #expect(await peer.body(of: 3) == Array("Hello, again!".utf8))
        }
    }

    @Test("does not unpack a head without bound: one octet that stands for four thousand is counted as four thousand")
    func compressedHead() async throws {
        try await attack(counted: .head) { peer in
            peer.begin()
            // A field that enters the dynamic table, and then is named again and again by one octet.
            var head = HTTP2Peer.head("/hello/bomb", stream: 1)
            let value = [UInt8](repeating: UInt8(ascii: "v"), count: 3_000)
            head.payload += [0x40, 1, UInt8(ascii: "x"), 127, 0xB9, 0x16] + value
            head.payload += [UInt8](repeating: 0xBE, count: 10_000)
            peer.send(head)
            let body = await peer.body(of: 1).map { String(decoding: $0, as: UTF8.self) }
            #expect(body?.contains(#""status":431"#) == true)
        }
    }

    @Test("ends the connection of one that opens more requests than it was told")
    func streams() async throws {
        var router = testRouter()
        router.get("/wait") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        try await attack(router, configure: { $0.http2.maximumConcurrentStreams = 4 }, counted: .streams) { peer in
            peer.begin()
            // The server's settings are in force once they are acknowledged.
            _ = await peer.frames { $0.type == HTTP2Frame.settings && $0.flags == HTTP2Frame.acknowledgement }
            peer.send(HTTP2Peer.Frame(type: HTTP2Frame.settings, flags: HTTP2Frame.acknowledgement))
            for stream in stride(from: Int32(1), to: 21, by: 2) { peer.send(HTTP2Peer.head("/wait", stream: stream)) }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.protocolError.rawValue)
        }
    }

    @Test("gives up answers that a client does not let through its window, one by one")
    func exhaustedWindow() async throws {
        let (ended, endSignal) = AsyncStream.makeStream(of: (any Error)?.self)
        var router = testRouter()
        router.get("/large") { _, _ in
            var response = Response(status: .ok, body: .bytes([UInt8](repeating: 1, count: 1 << 20)))
            response.onCompletion { endSignal.yield($0.error) }
            return response
        }
        try await attack(router, configure: { $0.writeTimeout = .milliseconds(100) }, counted: .slow) { peer in
            // No byte of content may be sent.
            peer.begin(settings: [(id: 4, value: 0)])
            for stream in stride(from: Int32(1), to: 21, by: 2) { peer.send(HTTP2Peer.head("/large", stream: stream)) }
            var reset: Set<Int32> = []
            while reset.count < 10, let frame = await peer.nextFrame() {
                if frame.type == HTTP2Frame.resetStream { reset.insert(frame.stream) }
            }
            #expect(reset.count == 10)
            var errors: [ResponseWriteError?] = []
            for await error in ended {
                errors.append(error as? ResponseWriteError)
                if errors.count == 10 { break }
            }
            #expect(errors.allSatisfy { $0 == .timedOut })
        }
    }

    @Test("holds no more of bodies that nobody reads than the window")
    func unreadBodies() async throws {
        var router = testRouter()
        router.post("/wait") { _, _ in
            try await Task.sleep(for: .seconds(60))
            return Response(status: .ok)
        }
        try await attack(router, configure: { $0.http2.connectionWindowBytes = 100_000 }, counted: .malformed) { peer in
            peer.begin()
            peer.send(HTTP2Peer.head("POST", "/wait", stream: 1, ends: false))
            peer.send(HTTP2Peer.head("POST", "/wait", stream: 3, ends: false))
            for stream in [Int32(1), 3] {
                for _ in 0..<4 { peer.send(HTTP2Peer.data([UInt8](repeating: 0, count: 16_000), stream: stream)) }
            }
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.flowControlError.rawValue)
        }
    }

    @Test(
        "ends a connection on which something else than HTTP/2 follows the preface",
        arguments: [
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\nand more of that kind".utf8), [UInt8](repeating: 0, count: 64),
            [UInt8](repeating: 0xFF, count: 64), HTTP2Peer.ping().bytes, HTTP2Peer.head("/", stream: 1).bytes,
        ]
    )
    func garbage(bytes: [UInt8]) async throws {
        try await attack(counted: .malformed) { peer in
            peer.send(HTTP2Peer.preface + bytes)
            let code = await peer.endOfConnection()
            #expect(code != nil && code != HTTP2ErrorCode.noError.rawValue)
        }
    }

    @Test("ends a connection whose preface goes wrong in its second part")
    func wrongPreface() async throws {
        try await attack(counted: .malformed) { peer in
            peer.send(Array("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".utf8))
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.protocolError.rawValue)
        }
    }

    @Test("waits no longer for the rest of a preface than for a head", arguments: [5, 18, 20, 24])
    func halfPreface(length: Int) async throws {
        try await attack(configure: { $0.headerTimeout = .milliseconds(100) }, counted: length < 18 ? nil : .slow) {
            $0.send(Array(HTTP2Peer.preface[..<length]))
            // An answer of HTTP/1.1 is no frame, and ends with the connection all the same.
            _ = await $0.endOfConnection()
        }
    }

    @Test("waits no longer for the rest of a head than allowed")
    func slowHead() async throws {
        try await attack(configure: { $0.headerTimeout = .milliseconds(100) }, counted: .slow) { peer in
            peer.begin()
            peer.send(HTTP2Peer.fieldBlock([(":method", "GET")], stream: 1, flags: 0))
            #expect(await peer.endOfConnection() == HTTP2ErrorCode.enhanceYourCalm.rawValue)
        }
    }

    @Test("answers 408 to a body that does not come")
    func slowBody() async throws {
        try await attack(configure: { $0.bodyTimeout = .milliseconds(100) }, counted: .slow) { peer in
            peer.begin()
            peer.send(HTTP2Peer.head("POST", "/echo", stream: 1, ends: false), HTTP2Peer.data([1], stream: 1))
            let body = await peer.body(of: 1).map { String(decoding: $0, as: UTF8.self) }
            #expect(body?.contains(#""status":408"#) == true)
        }
    }
}
