import CAllocationCounter
import Glibc
import HTTPCore
import HTTPTypes

/// Counts what the server allocates for one request of the plain route on a kept connection, the handler included.
@main
struct HTTPAllocationsMain {
    static let requests = 10_000

    static func main() async throws {
        var router = Router()
        let body = Array(#"{"id":"sku-1","name":"Field notebook","price":1250,"currency":"EUR","stock":37}"#.utf8)
        router.get("/json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: .bytes(body))
        }
        let server = try HTTPServer(responder: router)
        // The measurement blocks this thread; the server needs another one to begin on.
        let serving = Task.detached { try await server.run() }
        print("{\"allocations_per_request\": \(try measure(port: server.localAddress.port))}")
        server.beginShutdown()
        try await serving.value
    }

    private static func measure(port: Int) throws -> Double {
        let descriptor = connect(port: port)
        defer { close(descriptor) }
        let request = "GET /json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        var answer = [UInt8](repeating: 0, count: 4_096)
        send(descriptor, request, request.utf8.count, 0)
        let length = recv(descriptor, &answer, answer.count, 0)
        guard exchange_repeatedly(descriptor, request, request.utf8.count, length, 1_000) == 0 else { throw Failed() }
        let before = allocation_count()
        guard exchange_repeatedly(descriptor, request, request.utf8.count, length, requests) == 0 else {
            throw Failed()
        }
        return Double(allocation_count() - before) / Double(requests)
    }

    private static func connect(port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}

struct Failed: Error {}
