import Logging
import OTelSDK
import Tracing

/// Installs the OpenTelemetry SDK. Everything else in the suite uses swift-log, swift-metrics and
/// swift-distributed-tracing.
enum Telemetry {
    /// Installs the SDK behind the three API packages, as the `OTEL_*` variables say.
    ///
    /// - Parameter level: The lowest level that is written to standard error and exported.
    /// - Throws: `OTelConfigurationError` for a variable that cannot be used.
    static func bootstrap(serviceName: String, metrics: [ServiceMetric], level: Logger.Level) throws -> OTelService {
        var configuration = try OTelConfiguration.fromEnvironment()
        configuration.serviceName = configuration.serviceName ?? serviceName
        configuration.resourceDetectors.append(Deployment(said: TelemetryResource(configuration.resourceAttributes)))
        configuration.shutdownTimeout = StopBudget.telemetry
        let session = BaggageAttributes(keys: [InstrumentationContext.sessionKey])
        configuration.spanProcessors.append(session)
        configuration.logRecordProcessors.append(session)
        let own = metrics.map { metric in
            MetricDescription(
                metric.label,
                unit: metric.unit,
                metric.meaning,
                kind: metric.addsUp ? .upDownCounter : .standard
            )
        }
        return try OTelSDK.bootstrap(configuration, metrics: standardMetrics + own, level: level) { label in
            StandardErrorLog(label: label, level: level)
        }
    }
}
