import OTLP
import OTelSDK
public import ServiceLifecycle

/// The metrics of a process that stores telemetry itself (``OwnTelemetry``).
///
/// Run it as a service that stops after what it measures and before what takes its points: it then hands on the last
/// ones.
public struct OwnMetrics: Service {
    private let provider: MeterProvider

    init(
        resource: TelemetryResource,
        interval: Duration,
        store: @escaping OwnTelemetry.Store,
        read: @escaping @Sendable () -> ScopeMetrics
    ) {
        let exporter = OTLPMetricRequestExporter { request, points in
            await store(request, points) ? .success : .failure("there is no room for them")
        }
        let reader = PeriodicMetricReader(exporter, interval: interval, producers: [Producer(read: read)])
        provider = MeterProvider(resource: resource, readers: [reader])
    }

    /// Waits for graceful shutdown or cancellation, then hands on how things stand at the end.
    public func run() async throws {
        try? await gracefulShutdown()
        // A task of its own, so that it goes on when the service group is cancelled.
        _ = await Task { [provider] in await provider.shutdown(timeout: StopBudget.telemetry) }.value
    }

    /// Hands on how things stand now.
    public func flush() async {
        _ = await provider.forceFlush()
    }
}

private struct Producer: MetricProducer {
    let read: @Sendable () -> ScopeMetrics

    func produce(filter: MetricFilter?) async -> [ScopeMetrics] { [read()] }
}
