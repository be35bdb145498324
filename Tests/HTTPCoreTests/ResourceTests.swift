import CAllocationCounter
import Glibc
import HTTPCore
import HTTPTypes
import Testing

/// Each of these needs a process of its own: they change its limits, or count what all of it does.
@Suite("In a process of its own, the server", .timeLimit(.minutes(3)))
struct ResourceTests {
    @Test("survives running out of descriptors, and accepts again when there are some")
    func outOfDescriptors() async {
        await #expect(processExitsWith: .success) {
            let server = try HTTPServer(responder: testRouter())
            let running = Task { try await server.run() }
            let port = server.localAddress.port
            let probe = RawConnection(port: port)
            probe.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
            hold(probe.blockingRead(until: "Hello, a!").hasSuffix("Hello, a!"))
            // Only now: Dispatch opens descriptors of its own when it is first asked, and ends the process without.
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)

            var connections: [RawConnection] = (0..<8).map { _ in RawConnection(unconnected: ()) }
            var fillers: [Int32] = []
            while case let filler = dup(0), filler >= 0 { fillers.append(filler) }
            for connection in connections { hold(connection.connect(to: port)) }
            // The kernel has let eight clients in, and the process cannot take them: it must neither end nor hang.
            connections[0].send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
            probe.send("GET /hello/b HTTP/1.1\r\nHost: x\r\n\r\n")
            hold(probe.blockingRead(until: "Hello, b!").hasSuffix("Hello, b!"))
            hold(server.connectionCount == 1)
            for filler in fillers { close(filler) }
            for connection in connections.dropFirst() {
                connection.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            for connection in connections {
                hold(connection.blockingRead(until: "Hello, a!").hasSuffix("Hello, a!"))
            }
            server.beginShutdown()
            connections = []
            try await running.value
        }
    }

    @Test("allocates no more for a request than it did", .enabled(if: allocations_are_counted() == 1))
    func allocations() async {
        await #expect(processExitsWith: .success) {
            var router = Router()
            router.get("/json") { _, _ in
                Response(status: .ok, headers: [.contentType: "application/json"], body: .text("{}"))
            }
            let server = try HTTPServer(responder: router)
            let running = Task { try await server.run() }
            let raw = RawConnection(port: server.localAddress.port)
            let request = "GET /json HTTP/1.1\r\nHost: localhost\r\n\r\n"
            raw.send(request)
            let length = raw.blockingRead(until: "{}").utf8.count
            precondition(raw.exchange(request, answerLength: length, times: 200))
            let before = allocation_count()
            precondition(raw.exchange(request, answerLength: length, times: 1_000))
            let each = Double(allocation_count() - before) / 1_000
            // Without optimisation closures and temporary arrays allocate, too.
            #if DEBUG
                let allowed = 80.0
            #else
                let allowed = 10.0
            #endif
            print("allocations for each request: \(each)")
            precondition(each <= allowed, "\(each) allocations for each request; \(allowed) are allowed")
            server.beginShutdown()
            try await running.value
        }
    }
}

/// Ends a process of its own unless the condition holds; its exit status is the line. What it would print is not shown.
private func hold(_ condition: Bool, line: Int32 = #line) {
    if !condition { exit(line) }
}
