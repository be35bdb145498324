import Glibc
import HTTPCore
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import UnixSignals

@Suite("A shutdown", .timeLimit(.minutes(3)))
struct ShutdownTests {
    @Test("under load loses no request that a handler has seen")
    func underLoad() async throws {
        let handled = Atomic<Int>(0)
        let (busy, signal) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.get("/work") { _, _ in
            if handled.wrappingAdd(1, ordering: .relaxed).newValue == 2_000 { signal.yield() }
            await Task.yield()
            return Response(status: .ok, body: .text("done!"))
        }
        let server = try HTTPServer(responder: router)
        let running = Task { try await server.run() }
        let port = server.localAddress.port
        let answered = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var answered = 0
                    let raw = RawConnection(port: port)
                    while true {
                        raw.send("GET /work HTTP/1.1\r\nHost: x\r\n\r\n")
                        guard await raw.read(until: "done!").hasSuffix("done!") else { return answered }
                        answered += 1
                    }
                }
            }
            for await _ in busy { break }
            server.beginShutdown()
            return await group.reduce(0, +)
        }
        try await running.value
        #expect(answered == handled.load(ordering: .relaxed))
        #expect(answered >= 2_000)
        #expect(server.connectionCount == 0)
    }

    @Test("by SIGTERM ends the service group after the request in flight")
    func bySignal() async {
        await #expect(processExitsWith: .success) {
            let (started, signal) = AsyncStream.makeStream(of: Void.self)
            let (release, releaseSignal) = AsyncStream.makeStream(of: Void.self)
            var router = Router()
            router.get("/slow") { _, _ in
                signal.yield()
                for await _ in release { break }
                return Response(status: .ok, body: .text("whole"))
            }
            let server = try HTTPServer(responder: router)
            let configuration = ServiceGroupConfiguration(
                services: [server],
                gracefulShutdownSignals: [.sigterm],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            let group = ServiceGroup(configuration: configuration)
            let running = Task { try await group.run() }
            let idle = RawConnection(port: server.localAddress.port)
            let raw = RawConnection(port: server.localAddress.port)
            raw.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            for await _ in started { break }
            kill(getpid(), SIGTERM)
            // The server has heard of it once it has closed what is idle.
            _ = await idle.readToEnd()
            releaseSignal.yield()
            let answer = await raw.readToEnd()
            try await running.value
            precondition(answer.hasSuffix("whole") && answer.contains("connection: close"))
        }
    }

    @Test("closes idle connections at once")
    func idle() async throws {
        let server = try HTTPServer(responder: testRouter())
        let running = Task { try await server.run() }
        let raw = RawConnection(port: server.localAddress.port)
        raw.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await raw.read(until: "Hello, a!")
        server.beginShutdown()
        #expect(await raw.readToEnd() == "")
        try await running.value
    }
}
