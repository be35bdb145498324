import ArgumentParser
import HTTPCore
import HTTPTypes
import Logging
import OTelSDK
import ServiceLifecycle
import UnixSignals

/// A small server with telemetry: the runnable example of docs/otel-sdk.md.
///
/// It also is what the W3C trace-context validation suite talks to: `POST /test` calls every URL that it is given,
/// within the trace of the request.
@main
struct TraceContextExample: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace-context-example",
        abstract: "Serves POST /test as the W3C trace-context validation suite asks for it."
    )

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 5_000

    func run() async throws {
        // One call puts the SDK behind swift-log, swift-metrics and swift-distributed-tracing.
        var telemetry = try OTelConfiguration.fromEnvironment()
        telemetry.serviceName = telemetry.serviceName ?? "trace-context-example"
        let service = try OTelSDK.bootstrap(telemetry) { StreamLogHandler.standardError(label: $0) }

        // From here on there is only the ecosystem's own API.
        var router = Router()
        router.use(TracingMiddleware())
        router.post("/test") { [callbacks = Callbacks()] request, _ in try await callbacks.respond(to: request) }
        var configuration = HTTPServer.Configuration()
        configuration.port = port
        let server = try HTTPServer(configuration: configuration, responder: router)

        let logger = Logger(label: "trace-context-example")
        logger.info("Listening", metadata: ["address": "\(server.localAddress)"])
        // Telemetry is first in the group, so it stops last and exports what the server did while it drained.
        let group = ServiceGroup(
            services: [service, server],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }
}
