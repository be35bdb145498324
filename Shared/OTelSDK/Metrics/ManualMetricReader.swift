public import OTLP
import Synchronization

/// Collects when it is asked to, and exports nothing by itself.
public final class ManualMetricReader: MetricReader {
    /// What it wants of the metrics.
    public let settings: MetricReaderSettings
    private let source = Mutex<MetricSource?>(nil)

    /// Creates a reader.
    public init(_ settings: MetricReaderSettings = MetricReaderSettings()) {
        self.settings = settings
    }

    /// Sets where to collect from.
    public func attach(_ source: MetricSource) {
        self.source.withLock { $0 = source }
    }

    /// Everything as it stands; `nil` before a provider has the reader, and after shutdown.
    public func collect() async -> ResourceMetrics? {
        await source.withLock { $0 }?.collect()
    }

    /// There is nothing to export.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }

    /// Ends collecting.
    public func shutdown(timeout: Duration) async -> Outcome {
        source.withLock { source in
            defer { source = nil }
            return source == nil ? .failure : .success
        }
    }
}
