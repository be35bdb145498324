import Gzip
import HTTPCore
import HTTPTypes
import OTLP
import OTelSDK
import Synchronization

/// A real OTLP backend that answers as a test wants it to.
final class Backend: Sendable {
    struct Received: Sendable {
        let path: String
        let headers: HTTPFields
        let body: [UInt8]
    }

    private struct State {
        var received: [Received] = []
        var running = 0
        var mostRunning = 0
    }

    private let state = Mutex(State())
    private let answer: @Sendable (Int, Received) async throws -> Response

    /// - Parameter answer: Makes the response to the request of a number, from 0 on.
    init(_ answer: @escaping @Sendable (Int, Received) async throws -> Response = { _, _ in Response(status: .ok) }) {
        self.answer = answer
    }

    var received: [Received] { state.withLock { $0.received } }
    var mostRunning: Int { state.withLock { $0.mostRunning } }

    /// Runs while the closure does, which is given the base URL.
    func serve<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        var router = Router()
        for path in ["/v1/traces", "/v1/metrics", "/v1/logs"] {
            router.post(path) { [self] request, _ in
                let bytes = try await request.body.collect(upTo: 32 << 20)
                let received = Received(path: request.path, headers: request.head.headerFields, body: bytes)
                let number = state.withLock { state in
                    state.received.append(received)
                    state.running += 1
                    state.mostRunning = max(state.mostRunning, state.running)
                    return state.received.count - 1
                }
                defer { state.withLock { $0.running -= 1 } }
                return try await answer(number, received)
            }
        }
        var configuration = HTTPServer.Configuration()
        configuration.shutdownGracePeriod = .milliseconds(100)
        let server = try HTTPServer(configuration: configuration, responder: router)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            return try await body("http://\(server.localAddress)")
        }
    }
}

extension Backend.Received {
    /// The body, expanded when it came compressed.
    var content: [UInt8] {
        get throws {
            headers[.contentEncoding] == "gzip" ? try Gzip.expand(body, upTo: 64 << 20) : body
        }
    }
}
