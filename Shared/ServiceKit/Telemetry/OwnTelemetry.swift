public import OTLP
import OTelSDK

/// The telemetry of a process that stores telemetry itself: the SDK makes it, and closures take it as OTLP requests. All
/// of it has the same resource.
///
/// It installs nothing for the whole process.
public struct OwnTelemetry: Sendable {
    /// Takes an export request in protobuf, and how many items it has; whether they are kept.
    public typealias Store = @Sendable (_ request: [UInt8], _ items: Int) async -> Bool

    private let configuration: OTelConfiguration
    private let scope: InstrumentationScope

    /// Reads the `OTEL_*` variables as far as they speak of resources, samplers, limits and batches.
    ///
    /// - Parameters:
    ///   - serviceName: The service's name, unless `OTEL_SERVICE_NAME` says another.
    ///   - library: What makes the telemetry: the name of its scope.
    ///   - environment: The variables.
    /// - Throws: `OTelConfigurationError` for a variable that cannot be used.
    public init(serviceName: String, library: String, environment: [String: String]) throws {
        // Nothing is sent, so it does not matter where to.
        let environment = environment.filter { !$0.key.hasPrefix("OTEL_EXPORTER_") }
        var configuration = try OTelConfiguration.fromEnvironment(environment)
        configuration.serviceName = configuration.serviceName ?? serviceName
        let said = TelemetryResource(configuration.resourceAttributes)
        configuration.resourceDetectors.append(Deployment(environment, said: said))
        configuration.traces.destinations = []
        configuration.metrics.destinations = []
        configuration.logs.destinations = []
        configuration.shutdownTimeout = StopBudget.telemetry
        // Found once, since the id of the instance would be another one each time.
        let resource = configuration.resource
        configuration.resourceDetectors = []
        configuration.resourceAttributes = resource.attributes
        configuration.resourceSchemaURL = resource.schemaURL
        self.configuration = configuration
        scope = InstrumentationScope(name: library, version: Deployment.version)
    }

    /// What makes the process's spans.
    ///
    /// - Parameter store: Takes them.
    /// - Throws: `OTelConfigurationError` for a variable that cannot be used.
    public func traces(_ store: @escaping Store) throws -> OwnTraces {
        var configuration = configuration
        let exporter = OTLPRequestExporter { request, spans in
            await store(request, spans) ? .success : .failure("there is no room for them")
        }
        configuration.spanProcessors.append(BatchSpanProcessor(exporter, settings: configuration.spanBatches))
        let providers = try OTelProviders(configuration)
        return OwnTraces(
            tracer: providers.tracerProvider.tracer(scope.name, version: scope.version),
            providers: providers
        )
    }

    /// What tells the process's metrics again and again.
    ///
    /// - Parameters:
    ///   - interval: How often.
    ///   - read: The metrics as they stand.
    ///   - store: Takes them.
    public func metrics(
        every interval: Duration,
        _ read: @escaping @Sendable () -> [Metric],
        store: @escaping Store
    ) -> OwnMetrics {
        let scope = scope
        return OwnMetrics(resource: configuration.resource, interval: interval, store: store) {
            ScopeMetrics(scope: scope, metrics: read())
        }
    }
}
