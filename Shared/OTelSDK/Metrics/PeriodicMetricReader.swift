import OTLP
import Synchronization

/// Collects at a fixed interval and exports (OpenTelemetry specification, Metrics SDK, Periodic exporting MetricReader).
public final class PeriodicMetricReader: MetricReader {
    private struct State {
        var source: MetricSource?
        var ticker: Task<Void, Never>?
        var last: Task<Bool, Never>?
        var isShutDown = false
    }

    /// What it wants of the metrics, as its exporter says.
    public let settings: MetricReaderSettings
    let exporter: any MetricExporter
    private let interval: Duration
    private let exportTimeout: Duration
    private let maximumBatchSize: Int?
    private let state = Mutex(State())
    /// How long collections took.
    let collectionTimes: DurationLog

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - exporter: Sends what is collected.
    ///   - interval: How often; 60 s by default.
    ///   - exportTimeout: How long an export may take; 30 s by default, zero for no limit.
    ///   - cardinalityLimit: How many series a metric may have; 2000 by default.
    ///   - maximumBatchSize: How many points one export may have; no limit by default.
    ///   - producers: Others whose metrics are collected along.
    ///   - filter: Chooses among the metrics of the producers.
    public init(
        _ exporter: any MetricExporter,
        interval: Duration = .seconds(60),
        exportTimeout: Duration = .seconds(30),
        cardinalityLimit: Int = 2_000,
        maximumBatchSize: Int? = nil,
        producers: [any MetricProducer] = [],
        filter: MetricFilter? = nil
    ) {
        self.exporter = exporter
        self.interval = max(interval, .milliseconds(1))
        self.exportTimeout = exportTimeout
        self.maximumBatchSize = maximumBatchSize
        collectionTimes = DurationLog()
        settings = MetricReaderSettings(
            temporality: { exporter.temporality(for: $0) },
            aggregation: { exporter.aggregation(for: $0) },
            cardinalityLimit: cardinalityLimit,
            producers: producers,
            filter: filter
        )
    }

    /// Starts collecting from a source.
    public func attach(_ source: MetricSource) {
        let ticker = Task { [weak self, interval] in
            while (try? await Task.sleep(for: interval)) != nil { _ = await self?.collectAndExport() }
        }
        state.withLock { state in
            state.source = source
            state.ticker = ticker
        }
    }

    deinit {
        state.withLock { $0.ticker }?.cancel()
    }

    /// Collects and exports now.
    public func forceFlush(timeout: Duration) async -> Outcome {
        let start = ContinuousClock.now
        let outcome = await Deadline.race(timeout) { [self] in await collectAndExport() ? Outcome.success : .failure }
        return (outcome ?? .timedOut).and(await exporter.forceFlush(timeout: timeout - start.duration(to: .now)))
    }

    /// Collects and exports for the last time.
    public func shutdown(timeout: Duration) async -> Outcome {
        let (isFirst, ticker) = state.withLock { state in
            defer { state.isShutDown = true }
            return (!state.isShutDown, state.ticker)
        }
        guard isFirst else { return .failure }
        ticker?.cancel()
        let start = ContinuousClock.now
        let outcome = await Deadline.race(timeout) { [self] in
            await collectAndExport() ? Outcome.success : .failure
        }
        state.withLock { $0.source = nil }
        let left = max(.zero, timeout - start.duration(to: .now))
        return (outcome ?? .timedOut).and(await exporter.shutdown(timeout: left))
    }

    /// One collection and its export, after those before it: the exporter is never called twice at once.
    private func collectAndExport() async -> Bool {
        let task: Task<Bool, Never>? = state.withLock { state in
            guard let source = state.source else { return nil }
            let previous = state.last
            let task = Task(executorPreference: ExportExecutor.shared) { [self] in
                _ = await previous?.value
                return await InstrumentationSuppression.run { await self.export(from: source) }
            }
            state.last = task
            return task
        }
        return await task?.value ?? false
    }

    private func export(from source: MetricSource) async -> Bool {
        let start = TelemetryClock.monotonic
        let metrics = await source.collect()
        collectionTimes.record(nanoseconds: TelemetryClock.monotonic &- start)
        guard !metrics.scopeMetrics.isEmpty else { return true }
        var isComplete = true
        for part in metrics.split(maximumPoints: maximumBatchSize) {
            switch await Deadline.race(exportTimeout.asLimit, { [exporter] in await exporter.export(part) }) {
            case .success: break
            case .partialSuccess(let rejected, let message):
                Diagnostics.report(.warning, "The backend refused \(rejected) metric points. \(message)")
            case .failure(let reason):
                isComplete = false
                Diagnostics.report(.error, "\(part.pointCount) metric points were lost: \(reason)")
            case nil:
                isComplete = false
                Diagnostics.report(.error, "\(part.pointCount) metric points were lost: exporting took too long.")
            }
        }
        return isComplete
    }
}
