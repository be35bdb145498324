import Deadlines
import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import Tracing

/// Two instrumented services, of which the first calls the second.
struct TwoServices {
    struct Answer: Codable, Sendable {
        let value: String
    }

    /// What a client got.
    struct Exchange {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        /// The trace that the answer names.
        var traceID: String { String((headers[HTTPField.Name("traceresponse")!] ?? "").dropFirst(3).prefix(32)) }
    }

    let front: HTTPServer
    let back: HTTPServer
    let client: HTTPClient
    var authority: String { front.localAddress.description }

    static func instrumented(
        capturing captured: CapturedHeaders = .none,
        _ build: (inout Router) -> Void
    ) -> Router {
        var router = Router()
        router.use(ServerTelemetry(capturing: captured))
        router.use(ProblemDetails(logger: Logger(label: "test")))
        build(&router)
        return router
    }

    /// Runs both for as long as the body does.
    ///
    /// - Parameters:
    ///   - front: The first service's routes; it calls the second through the client.
    ///   - back: The second service's routes.
    static func run<Result>(
        captured: (server: CapturedHeaders, client: CapturedHeaders) = (.none, .none),
        front: (inout Router, ServiceClient) -> Void,
        back: (inout Router) -> Void,
        _ body: (TwoServices) async throws -> Result
    ) async throws -> Result {
        _ = TelemetrySink.shared
        var patience = HTTPClient.Configuration()
        patience.requestTimeout = .seconds(60)
        let client = HTTPClient(configuration: patience)
        let backServer = try HTTPServer(responder: instrumented(back))
        let service = ServiceClient(
            service: "back",
            origin: Origin(host: backServer.localAddress.host, port: backServer.localAddress.port),
            client: client,
            timeout: .seconds(60),
            capturing: captured.client
        )
        let frontServer = try HTTPServer(
            responder: instrumented(capturing: captured.server) { router in front(&router, service) }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await backServer.run() }
            group.addTask { try await frontServer.run() }
            defer { group.cancelAll() }
            return try await body(TwoServices(front: frontServer, back: backServer, client: client))
        }
    }

    func ask(
        _ path: String,
        authority: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Exchange {
        var request = HTTPRequest(method: .get, scheme: "http", authority: self.authority, path: path)
        request.headerFields = headers
        let response = try await client.execute(request)
        let body = try await response.body.collect(upTo: 65_536)
        return Exchange(status: response.head.status.code, headers: response.head.headerFields, body: body)
    }
}
