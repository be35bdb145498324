import HTTPCore
import HTTPTypes
import OTLP
import Synchronization

/// An OTLP/HTTP receiver that keeps the ids of what it took, and answers as a test says.
final class RecordingReceiver: Sendable {
    enum Answer: Sendable {
        case take
        case reject(Int64)
        case refuse(HTTPResponse.Status)
        case breakOff
    }

    private struct State {
        var taken: [SpanID] = []
        var requests = 0
        var authorization: Set<String> = []
    }

    private let server: HTTPServer
    private let log = Log()

    private final class Log: Sendable {
        let state = Mutex(State())
    }

    /// - Parameter answer: What is done with the request of a number, from 0 on.
    init(_ answer: @escaping @Sendable (Int) -> Answer = { _ in .take }) throws {
        let log = log
        var router = Router()
        router.post("/v1/traces") { request, _ in
            let body = try await request.body.collect(upTo: 16 << 20)
            let number = log.state.withLock { state in
                defer { state.requests += 1 }
                if let field = request.head.headerFields[.authorization] { state.authorization.insert(field) }
                return state.requests
            }
            let spans = try ExportTraceServiceRequest(protobuf: body).resourceSpans
                .flatMap(\.scopeSpans).flatMap(\.spans)
            var response = ExportTraceServiceResponse()
            switch answer(number) {
            case .take: log.state.withLock { $0.taken += spans.map(\.spanID) }
            case .reject(let count):
                log.state.withLock { $0.taken += spans.dropFirst(Int(count)).map(\.spanID) }
                response.partialSuccess = ExportTracePartialSuccess(rejectedSpans: count, errorMessage: "too old")
            case .refuse(let status): return Response(status: status)
            case .breakOff:
                return Response(status: .ok, body: .stream(length: 10) { _ in throw CancellationError() })
            }
            return Response(status: .ok, body: .bytes(response.encodeProtobuf()))
        }
        var configuration = HTTPServer.Configuration()
        configuration.maximumBodyBytes = 16 << 20
        configuration.shutdownGracePeriod = .zero
        server = try HTTPServer(configuration: configuration, responder: router)
    }

    var url: String { "http://\(server.localAddress)" }
    var taken: [SpanID] { log.state.withLock { $0.taken } }
    var authorization: Set<String> { log.state.withLock { $0.authorization } }

    /// Runs the server while the work is done.
    func serving<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [server] in try await server.run() }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}
