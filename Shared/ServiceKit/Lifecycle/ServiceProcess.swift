import Glibc
import HTTPCore
import Logging
import OTelSDK
import ServiceLifecycle
import UnixSignals

/// Runs a service process: settings, telemetry, server, signals and graceful shutdown.
///
/// Telemetry runs first in the group and so stops last: what the server did while it drained is still exported. A
/// process that cannot start says why in one line on standard error and exits with status 78 for a setting, or 1.
/// Started as `NAME health`, it asks the process that serves instead (``HealthCommand``).
public enum ServiceProcess {
    /// Runs a service until SIGTERM or SIGINT has drained it.
    ///
    /// - Parameters:
    ///   - name: The service's name; `OTEL_SERVICE_NAME` may replace it in the telemetry.
    ///   - port: The variable that holds the port to listen on, and its default.
    ///   - metrics: What the service's own metrics mean, beside those that every service has.
    ///   - untracedPaths: Paths whose requests get neither span nor metrics, beside the health probes; none by default.
    ///   - settings: The settings; the environment's by default.
    ///   - assemble: Adds the routes and the background work.
    public static func run(
        _ name: String,
        port: (variable: String, default: Int),
        metrics: [ServiceMetric] = [],
        untracedPaths: Set<String> = [],
        settings: () throws -> Settings = { Settings() },
        assemble: (inout Assembly) async throws -> Void
    ) async {
        do {
            let settings = try settings()
            let host = settings.string("BIND_HOST", default: "127.0.0.1")
            let number = try settings.port(port.variable, default: port.default)
            if HealthCommand.isAsked(of: name) {
                try await HealthCommand(host: host, port: (port.variable, number)).run()
            }
            let telemetry = try Telemetry.bootstrap(
                serviceName: name,
                metrics: metrics,
                level: try settings.logLevel("LOG_LEVEL")
            )

            var assembly = try Assembly(
                name: name,
                settings: settings,
                logger: Logger(label: name),
                untracedPaths: untracedPaths
            )
            try await assemble(&assembly)
            assembly.server.host = host
            assembly.server.port = number
            assembly.server.shutdownGracePeriod = StopBudget.requests
            let server: HTTPServer
            do {
                server = try HTTPServer(configuration: assembly.server, responder: assembly.router)
            } catch ServerError.addressInUse {
                throw SettingError(
                    variable: port.variable,
                    value: String(number),
                    allowed: "a port that nothing else listens on"
                )
            }
            try await run(assembly, telemetry: telemetry, server: server)
        } catch let error as SettingError {
            stop(name, error, status: EX_CONFIG)
        } catch let error as OTelConfigurationError {
            stop(name, error, status: EX_CONFIG)
        } catch {
            stop(name, error, status: EXIT_FAILURE)
        }
    }

    private static func run(_ assembly: Assembly, telemetry: OTelService, server: HTTPServer) async throws {
        let client = HTTPClientService(client: assembly.httpClient)
        let services: [any Service] = [telemetry, ProcessMetrics(), client] + assembly.services + [server]
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = StopBudget.whole
        assembly.logger.info("Serving", metadata: ["server.port": "\(server.localAddress.port)"])
        try await ServiceGroup(configuration: configuration).run()
    }

    private static func stop(_ name: String, _ error: any Error, status: Int32) -> Never {
        let line = Array("\(name): \(error)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        exit(status)
    }
}
