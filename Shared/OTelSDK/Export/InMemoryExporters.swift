public import OTLP
import Synchronization

/// Keeps spans instead of sending them, for tests.
public final class InMemorySpanExporter: SpanExporter {
    private let kept = Mutex<[ReadableSpan]>([])
    private let isShutDown = SharedFlag()

    /// Creates an exporter that has nothing yet.
    public init() {}

    /// What it was given, in order.
    public var spans: [ReadableSpan] { kept.withLock { $0 } }

    /// Forgets what it was given.
    public func reset() { kept.withLock { $0 = [] } }

    /// Keeps the batch.
    public func export(_ spans: [ReadableSpan]) async -> ExportResult {
        guard !isShutDown.isSet else { return .failure("the exporter was shut down") }
        kept.withLock { $0 += spans }
        return .success
    }

    /// Takes nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { isShutDown.set() ? .failure : .success }
}

/// Keeps log records instead of sending them, for tests.
public final class InMemoryLogRecordExporter: LogRecordExporter {
    private let kept = Mutex<[ReadableLogRecord]>([])
    private let isShutDown = SharedFlag()

    /// Creates an exporter that has nothing yet.
    public init() {}

    /// What it was given, in order.
    public var records: [ReadableLogRecord] { kept.withLock { $0 } }

    /// Forgets what it was given.
    public func reset() { kept.withLock { $0 = [] } }

    /// Keeps the batch.
    public func export(_ records: [ReadableLogRecord]) async -> ExportResult {
        guard !isShutDown.isSet else { return .failure("the exporter was shut down") }
        kept.withLock { $0 += records }
        return .success
    }

    /// Takes nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { isShutDown.set() ? .failure : .success }
}

/// Keeps metrics instead of sending them, for tests.
public final class InMemoryMetricExporter: MetricExporter {
    private let kept = Mutex<[ResourceMetrics]>([])
    private let isShutDown = SharedFlag()
    private let preference: TemporalityPreference

    /// Creates an exporter that has nothing yet.
    public init(preference: TemporalityPreference = .cumulative) {
        self.preference = preference
    }

    /// What it was given, in order.
    public var metrics: [ResourceMetrics] { kept.withLock { $0 } }

    /// As the preference says.
    public func temporality(for kind: InstrumentKind) -> AggregationTemporality { preference.temporality(kind) }

    /// Keeps what was collected.
    public func export(_ metrics: ResourceMetrics) async -> ExportResult {
        guard !isShutDown.isSet else { return .failure("the exporter was shut down") }
        kept.withLock { $0.append(metrics) }
        return .success
    }

    /// Takes nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { isShutDown.set() ? .failure : .success }
}
