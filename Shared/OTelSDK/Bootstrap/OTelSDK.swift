import CoreMetrics
public import Logging
import Tracing

/// The OpenTelemetry SDK behind swift-log, swift-metrics and swift-distributed-tracing.
///
/// One call makes an existing server observable:
///
/// ```swift
/// let telemetry = try OTelSDK.bootstrap(.fromEnvironment())
/// try await ServiceGroup(services: [telemetry, server], logger: logger).run()
/// ```
public enum OTelSDK {
    /// Installs the SDK behind the three API packages, once a process, and returns the service that exports.
    ///
    /// - Parameters:
    ///   - configuration: The settings, usually read from the environment.
    ///   - metrics: Units, descriptions and buckets of the process's metrics.
    ///   - level: The lowest level that is recorded and sent; `info` by default.
    ///   - console: A second log handler beside the SDK's, for people, with a level of its own.
    /// - Throws: ``OTelConfigurationError`` for a file that telemetry cannot be written to.
    public static func bootstrap(
        _ configuration: OTelConfiguration,
        metrics: [MetricDescription] = [],
        level: Logger.Level = .info,
        alsoTo console: (@Sendable (String) -> any LogHandler)? = nil
    ) throws(OTelConfigurationError) -> OTelService {
        let providers = try OTelProviders(configuration)
        InstrumentationSystem.bootstrap(providers.tracerProvider.tracerByModule())
        MetricsSystem.bootstrap(OTelMetricsFactory(providers.meterProvider, descriptions: metrics))
        let recordsLogs = !providers.loggerProvider.pipeline.processors.isEmpty
        let loggerProvider = providers.loggerProvider
        LoggingSystem.bootstrap(
            { label, metadataProvider in
                var handlers: [any LogHandler] = []
                if recordsLogs {
                    handlers.append(
                        OTelLogHandler(
                            label: label,
                            provider: loggerProvider,
                            level: level,
                            metadataProvider: metadataProvider
                        )
                    )
                }
                if let console { handlers.append(console(label)) }
                switch handlers.count {
                case 0: return SwiftLogNoOpLogHandler()
                case 1: return handlers[0]
                default: return MultiplexLogHandler(handlers)
                }
            },
            metadataProvider: nil
        )
        return OTelService(providers: providers)
    }
}
