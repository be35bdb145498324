import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import ServiceLifecycle
import UnixSignals

/// The collector, put together: three servers and the pipeline between them and ClickHouse.
struct Collector: Sendable {
    /// Where OTLP/HTTP is taken.
    let receiver: HTTPServer
    /// Where OTLP/gRPC is taken. Both take both: the ports are those that clients expect.
    let grpcReceiver: HTTPServer
    /// Where `/metrics` and `/health` are.
    let administration: HTTPServer
    /// Where `/health` is too, if that is asked for.
    let health: HTTPServer?
    let pipeline: Pipeline
    /// What stores the collector's own metrics, if anything does.
    let ownMetrics: OwnMetrics?
    private let logger: Logger

    /// Puts the collector together, and begins to listen.
    ///
    /// - Throws: ``SettingError`` when a port is taken, `ServerError` when an address cannot be used.
    init(_ configuration: CollectorConfiguration, logger: Logger) throws {
        do {
            pipeline = try Pipeline(configuration, logger: logger)
        } catch let error as LogError {
            throw SettingError(
                variable: "COLLECTOR_LOG_DIR",
                value: configuration.logFolder,
                allowed: "a folder that this collector alone can write to (\(error))"
            )
        }
        self.logger = logger

        let operators = Administration(pipeline: pipeline)
        var routes = Router()
        routes.use(CrossOrigin(allowedOrigins: configuration.allowedOrigins))
        operators.addHealth(to: &routes)
        operators.addReadiness(to: &routes)
        let maximumBytes = configuration.maximumRequestBytes
        let http = Intakes(pipeline, .http, maximumRequestBytes: maximumBytes)
        let grpc = Intakes(pipeline, .grpc, maximumRequestBytes: maximumBytes)
        OTLPReceiver(intakes: http).addRoutes(to: &routes)
        GRPCReceiver(intakes: grpc).addRoutes(to: &routes)
        // Behind what tells clients of gRPC in their own words.
        if let token = configuration.bearerToken {
            routes.use(BearerAuthorization(token: token, exempt: ["/health", "/ready"]))
        }
        var server = HTTPServer.Configuration()
        server.host = configuration.host
        // Most of the time that a supervisor leaves at the end is for what waits to be written.
        server.shutdownGracePeriod = .seconds(3)
        // The receiver has a limit of its own, and answers what is larger as OTLP wants it.
        server.maximumBodyBytes = .max
        server.sharesPort = configuration.sharesPorts
        receiver = try Self.listen(server, on: configuration.port, variable: "COLLECTOR_HTTP_PORT", routes)
        grpcReceiver = try Self.listen(server, on: configuration.grpcPort, variable: "OTLP_GRPC_PORT", routes)

        var other = Router()
        operators.addHealth(to: &other)
        operators.addReadiness(to: &other)
        let figures = Figures(pipeline, receivers: [receiver, grpcReceiver])
        operators.addMetrics(to: &other, figures)
        ownMetrics = pipeline.ownMetrics(figures)
        server.maximumBodyBytes = 0
        server.sharesPort = false
        administration = try Self.listen(
            server,
            on: configuration.metricsPort,
            variable: "COLLECTOR_METRICS_PORT",
            other
        )
        health = try configuration.healthPort.map { port in
            var own = Router()
            operators.addHealth(to: &own)
            operators.addReadiness(to: &own)
            return try Self.listen(server, on: port, variable: "COLLECTOR_HEALTH_PORT", own)
        }
    }

    /// What runs, in the order in which it starts; it stops in the opposite order.
    var services: [any Service] {
        let own: [any Service] = (pipeline.ownTraces.map { [$0] } ?? []) + (ownMetrics.map { [$0] } ?? [])
        return [administration, pipeline] + own + [receiver, grpcReceiver] + (health.map { [$0] } ?? [])
    }

    /// Runs until SIGTERM or SIGINT: then no more is taken, what is left is written, and the metrics end last.
    func run() async throws {
        logger.info(
            """
            Taking OTLP/HTTP at \(receiver.localAddress), OTLP/gRPC at \(grpcReceiver.localAddress), \
            metrics at \(administration.localAddress)/metrics.
            """
        )
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        try await ServiceGroup(configuration: configuration).run()
        logger.info("Everything that was taken is accounted for: \(summary)")
    }

    private var summary: String {
        let rows = pipeline.statistics.snapshot.rows.values
        let written = rows.reduce(0) { $0 + $1.written }
        let dropped = rows.reduce(0) { $0 + $1.dropped }
        return "\(written) rows written, \(pipeline.queuedItems) items left in the log, \(dropped) rows given up."
    }

    private static func listen(
        _ server: HTTPServer.Configuration,
        on port: Int,
        variable: String,
        _ routes: Router
    ) throws -> HTTPServer {
        var server = server
        server.port = port
        do {
            return try HTTPServer(configuration: server, responder: routes)
        } catch ServerError.addressInUse {
            throw SettingError(variable: variable, value: "\(port)", allowed: "a port that nothing else listens on")
        }
    }
}
