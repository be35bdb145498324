import HTTPCore
import Logging
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// Serves MCP over HTTP on loopback until the process is told to end.
struct HTTPService {
    private let http: HTTPServer

    /// Begins to listen, on `MCP_PORT` (8086) of 127.0.0.1 and nowhere else.
    ///
    /// - Throws: `SettingError` without a token, and for a port that cannot be used.
    init(server: MCPServer, settings: Settings) throws {
        guard let secret = settings.string("MCP_TOKEN") else {
            throw SettingError(
                variable: "MCP_TOKEN",
                value: "",
                allowed: "a secret of at least 16 bytes, which clients send as Authorization: Bearer"
            )
        }
        guard let token = BearerToken(secret) else {
            throw SettingError(variable: "MCP_TOKEN", value: nil, allowed: "a secret of at least 16 bytes")
        }
        let port = try settings.port("MCP_PORT", default: 8_086)
        do {
            http = try Self.listen(server, token, port: port)
        } catch ServerError.addressInUse {
            throw SettingError(variable: "MCP_PORT", value: "\(port)", allowed: "a port that nothing else listens on")
        }
    }

    /// Serves.
    func run() async throws {
        FaultlineMCP.complain("faultline-mcp: serving on http://127.0.0.1:\(http.localAddress.port)/mcp")
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: http)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await group.run()
    }

    /// A server that listens already.
    static func listen(_ server: MCPServer, _ token: BearerToken, port: Int) throws -> HTTPServer {
        var router = Router()
        router.use(LocalClients(token: token))
        StreamableHTTP(sessions: HTTPSessions(server: server)).add(to: &router)
        var configuration = HTTPServer.Configuration()
        configuration.port = port
        configuration.maximumBodyBytes = StreamableHTTP.longest
        return try HTTPServer(configuration: configuration, responder: router)
    }
}
