import Glibc
import HTTPCore
import HTTPTypes
import Synchronization
import Testing

@Suite("An event loop", .timeLimit(.minutes(1)))
struct ShardTests {
    @Test("serves its other connections while a task on it yields again and again")
    func yields() async throws {
        let isOver = Mutex(false)
        var router = testRouter()
        router.get("/spin") { _, _ in
            while !isOver.withLock({ $0 }) { await Task.yield() }
            return Response(status: .ok, body: .text("over"))
        }
        try await withServer(router) { server in
            let spinning = RawConnection(port: server.localAddress.port)
            spinning.send("GET /spin HTTP/1.1\r\nHost: x\r\n\r\n")
            defer { isOver.withLock { $0 = true } }
            // As many connections as there are loops, and one more, so that one of them shares the busy one's.
            for _ in 0...sysconf(Int32(_SC_NPROCESSORS_ONLN)) {
                let raw = RawConnection(port: server.localAddress.port, receiveTimeout: 20)
                raw.send("GET /hello/a HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await raw.read(until: "Hello, a!").hasSuffix("Hello, a!"))
            }
            isOver.withLock { $0 = true }
            #expect(await spinning.read(until: "over").hasSuffix("over"))
        }
    }
}
