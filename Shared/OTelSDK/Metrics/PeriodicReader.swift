import OTLP
import Synchronization

/// Collects all metrics at an interval and has them exported (OpenTelemetry specification, Periodic exporting reader).
final class PeriodicReader: Sendable {
    private let registry: MetricRegistry
    private let interval: Duration
    private let timeout: Duration
    private let bell = Bell()
    private let isShutDown = Atomic<Bool>(false)
    private let export: @Sendable ([Metric], ContinuousClock.Instant) async -> ExportResult

    init(
        registry: MetricRegistry,
        interval: Duration,
        timeout: Duration,
        export: @escaping @Sendable ([Metric], ContinuousClock.Instant) async -> ExportResult
    ) {
        self.registry = registry
        self.interval = interval
        self.timeout = timeout
        self.export = export
    }

    /// Exports at each interval until ``close()``, and a last time then.
    func run(shutdownTimeout: Duration) async {
        while !isShutDown.load(ordering: .relaxed) {
            await bell.wait(for: interval)
            let isLast = isShutDown.load(ordering: .relaxed)
            await exportOnce(until: .now + (isLast ? shutdownTimeout : timeout))
        }
    }

    /// Lets ``run(shutdownTimeout:)`` export a last time and return.
    func close() {
        isShutDown.store(true, ordering: .relaxed)
        bell.ring()
    }

    private func exportOnce(until deadline: ContinuousClock.Instant) async {
        let metrics = registry.collect()
        guard !metrics.isEmpty else { return }
        switch await export(metrics, deadline) {
        case .success: break
        case .partial(let rejected, let message):
            Diagnostics.report("the backend refused \(rejected) data points: \(message)")
        case .failure(let reason): Diagnostics.report("\(metrics.count) metrics were not exported: \(reason)")
        }
    }
}
