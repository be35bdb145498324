import HTTPCore
import HTTPTypes

/// Runs a server on a free port for as long as a test's closure runs.
func withServer<Result: Sendable>(
    _ router: Router,
    configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    _ body: @Sendable (HTTPServer) async throws -> Result
) async throws -> Result {
    var configuration = HTTPServer.Configuration()
    configuration.shutdownGracePeriod = .seconds(2)
    configure(&configuration)
    let server = try HTTPServer(configuration: configuration, responder: router)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        defer { group.cancelAll() }
        return try await body(server)
    }
}

extension HTTPServer {
    /// A request to this server.
    func request(_ method: HTTPRequest.Method = .get, _ path: String, headers: HTTPFields = [:]) -> HTTPRequest {
        HTTPRequest(
            method: method,
            scheme: "http",
            authority: localAddress.description,
            path: path,
            headerFields: headers
        )
    }
}

/// Routes that tests share: an echo, a greeting, and a stream.
func testRouter() -> Router {
    var router = Router()
    router.get("/hello/{name}") { _, context in
        Response(status: .ok, body: .text("Hello, \(context.parameters["name"] ?? "nobody")!"))
    }
    router.post("/echo") { request, _ in
        Response(status: .ok, body: .bytes(try await request.body.collect(upTo: 1 << 20)))
    }
    router.get("/stream/{count}") { _, context in
        let count = Int(context.parameters["count"] ?? "") ?? 0
        return Response(
            status: .ok,
            body: .stream { writer in
                for number in 0..<count { try await writer.write("line \(number)\n") }
            }
        )
    }
    router.get("/broken") { _, _ in throw Broken() }
    return router
}

struct Broken: Error {}
