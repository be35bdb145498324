import ClickHouseHTTP
import FoundationEssentials
import HTTPCore
import HTTPTypes
import Logging
import ServiceKit
import ServiceLifecycle

/// The service, put together: one database, one frame around all queries, and the interfaces that ask through it.
enum QueryService {
    /// The environment, and below it the file that `QUERY_CONFIG` names.
    ///
    /// - Throws: `SettingError` when the file cannot be read, or says something that the service has no use for.
    static func settings() throws -> Settings {
        try LayeredSettings(environment: ProcessInfo.processInfo.environment, keys: .query).settings
    }

    /// Adds routes, limits and the listener of the service's own metrics.
    ///
    /// - Throws: `SettingError` for a value that cannot be used.
    static func assemble(_ assembly: inout Assembly) throws {
        let configuration = try QueryConfiguration(assembly.settings)
        let statistics = QueryStatistics()
        let database = TelemetryDatabase(configuration, statistics: statistics)
        let frame = QueryFrame(
            gate: QueryGate(running: configuration.concurrentQueries, waiting: configuration.waitingQueries),
            timeout: configuration.timeout,
            statistics: statistics,
            logger: assembly.logger
        )
        IndexRoute.add(to: &assembly.router)
        PrometheusRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        JaegerRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        JaegerThirdRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        LokiRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        TempoRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        RESTRoutes(database: database, configuration: configuration, frame: frame).add(to: &assembly.router)
        assembly.exposeOpenAPI(PackageResources.openapi_json)
        ReadinessRoutes(checks: [{ try await database.ping() }]).add(to: &assembly.router)

        // Queries of Loki and Tempo come in the request line.
        assembly.server.limits.requestLineBytes = 65_536
        assembly.server.maximumBodyBytes = QueryFrame.maximumBodyBytes
        assembly.server.cancelsWhenClientStopsSending = true
        let metrics = try MetricsListener.server(configuration, statistics: statistics)
        assembly.logger.info("Serving own metrics", metadata: ["server.port": "\(metrics.localAddress.port)"])
        assembly.add(metrics)
        if configuration.storageInterval > .zero {
            let figures = StorageFigures(database: database)
            assembly.add(
                PeriodicWork(
                    every: configuration.storageInterval,
                    logger: assembly.logger,
                    level: .warning,
                    failure: "ClickHouse does not tell its figures; asking again",
                    figures.tell
                )
            )
        }
    }
}
