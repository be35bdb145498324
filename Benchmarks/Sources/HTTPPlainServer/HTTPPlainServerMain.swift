import HTTPCore
import HTTPTypes

/// `GET /json` on this project's server: a fixed body, so that only the server itself is measured.
@main
struct HTTPPlainServerMain {
    static let body = Array(#"{"id":"sku-1","name":"Field notebook","price":1250,"currency":"EUR","stock":37}"#.utf8)

    static func main() async throws {
        var router = Router()
        router.get("/json") { _, _ in
            Response(status: .ok, headers: [.contentType: "application/json"], body: .bytes(body))
        }
        // Where the instrumented server sends its telemetry, so that exporting costs what it costs.
        router.post("/v1/{signal}") { request, _ in
            for try await _ in request.body {}
            return Response(status: .ok, headers: [.contentType: "application/x-protobuf"])
        }
        var configuration = HTTPServer.Configuration()
        configuration.port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
        configuration.maximumConnections = 20_000
        configuration.idleTimeout = .seconds(300)
        let server = try HTTPServer(configuration: configuration, responder: router)
        print("listening on \(server.localAddress)")
        try await server.run()
    }
}
