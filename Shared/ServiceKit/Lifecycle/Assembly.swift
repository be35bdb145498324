public import HTTPCore
import HTTPTypes
public import Logging
public import ServiceLifecycle

/// The parts of a service before it runs: its settings, its routes and the services beside the server.
public struct Assembly: Sendable {
    /// The service's name, as telemetry and people know it.
    public let name: String
    /// The environment, typed.
    public let settings: Settings
    /// Writes to standard error and, with the trace it belongs to, to the telemetry.
    public let logger: Logger
    /// The connections for calls to other services; closed after the server has drained.
    public let httpClient: HTTPClient
    /// The routes. Telemetry and problem details already stand around them, and `GET /health` is there.
    public var router: Router
    /// How the server behaves; host and port come from the settings.
    public var server = HTTPServer.Configuration()

    private(set) var services: [any Service] = []
    private let capturedByClients: CapturedHeaders

    /// - Parameter untracedPaths: Paths that get neither span nor metrics, beside those of the probes.
    init(
        name: String,
        settings: Settings,
        logger: Logger,
        untracedPaths: Set<String> = []
    ) throws(SettingError) {
        self.name = name
        self.settings = settings
        self.logger = logger
        httpClient = HTTPClient()
        router = Router()
        capturedByClients = try .client(settings)
        router.use(ServerTelemetry(capturing: try .server(settings), leavingOut: untracedPaths))
        router.use(ProblemDetails(logger: logger))
        router.get("/health") { _, _ in .json(Health(status: "ok", service: name)) }
    }

    /// Adds a service that starts before the server and stops after it.
    public mutating func add(_ service: some Service) {
        services.append(service)
    }

    /// A client for another service, whose origin an environment variable may move.
    ///
    /// - Throws: ``SettingError`` when the variable holds no origin.
    public func client(for service: String, variable: String, default origin: String) throws(SettingError)
        -> ServiceClient
    {
        ServiceClient(
            service: service,
            origin: try settings.origin(variable, default: origin),
            client: httpClient,
            capturing: capturedByClients
        )
    }
}

/// The answer of `GET /health`: the process is alive and serves.
struct Health: Codable, Sendable {
    let status: String
    let service: String
}
