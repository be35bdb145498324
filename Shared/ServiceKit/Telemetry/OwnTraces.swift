import OTelSDK
public import ServiceLifecycle
public import Tracing

/// The traces of a process that stores telemetry itself (``OwnTelemetry``).
///
/// Run it as a service that stops after what it traces and before what takes its spans: it then hands on the last ones.
public struct OwnTraces: Service {
    /// Makes the process's spans.
    public let tracer: any Tracer
    private let providers: OTelProviders

    init(tracer: any Tracer, providers: OTelProviders) {
        self.tracer = tracer
        self.providers = providers
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
