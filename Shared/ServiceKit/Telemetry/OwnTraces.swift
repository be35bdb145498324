import OTelSDK
public import ServiceLifecycle
public import Tracing

/// The traces of a process that stores telemetry itself: the SDK makes them, and a closure takes them as OTLP requests.
///
/// It installs nothing for the whole process. Run it as a service that stops after what it traces and before what takes
/// its spans: it then hands on the last ones.
public struct OwnTraces: Service {
    /// Takes an `ExportTraceServiceRequest` in protobuf, and how many spans it has; whether they are kept.
    public typealias Store = @Sendable (_ request: [UInt8], _ spans: Int) async -> Bool

    /// Makes the process's spans.
    public let tracer: any Tracer
    private let providers: OTelProviders

    /// Puts the SDK together, by the `OTEL_*` variables as far as they speak of resources, samplers, limits and batches.
    ///
    /// - Parameters:
    ///   - serviceName: The service's name, unless `OTEL_SERVICE_NAME` says another.
    ///   - library: What makes the spans: the name of their scope.
    ///   - environment: The variables.
    ///   - store: Takes the spans.
    /// - Throws: `OTelConfigurationError` for a variable that cannot be used.
    public init(
        serviceName: String,
        library: String,
        environment: [String: String],
        store: @escaping Store
    ) throws {
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
        let exporter = OTLPRequestExporter { request, spans in
            await store(request, spans) ? .success : .failure("there is no room for them")
        }
        configuration.spanProcessors.append(BatchSpanProcessor(exporter, settings: configuration.spanBatches))
        providers = try OTelProviders(configuration)
        tracer = providers.tracerProvider.tracer(library, version: Deployment.version)
    }

    /// Waits for graceful shutdown or cancellation, then hands on what is there.
    public func run() async throws {
        try await OTelService(providers: providers).run()
    }

    /// Hands on what has ended so far.
    public func flush() async {
        _ = await providers.forceFlush()
    }
}
