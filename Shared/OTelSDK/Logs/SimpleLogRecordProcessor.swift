public import Tracing

/// Exports each log record by itself, one after the other (OpenTelemetry specification, Logs SDK, Simple processor).
/// For tests and for the console.
public final class SimpleLogRecordProcessor: LogRecordProcessor {
    private let batch: BatchLogRecordProcessor

    /// Creates a processor.
    public init(_ exporter: any LogRecordExporter) {
        var settings = BatchSettings.logs
        settings.maximumExportBatchSize = 1
        batch = BatchLogRecordProcessor(exporter, settings: settings)
    }

    /// Hands the record on.
    public func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?) {
        batch.onEmit(&record, context: context)
    }

    /// Waits until everything that was emitted so far is exported.
    public func forceFlush(timeout: Duration) async -> Outcome { await batch.forceFlush(timeout: timeout) }

    /// Waits until everything that was emitted so far is exported, and drops what comes later.
    public func shutdown(timeout: Duration) async -> Outcome { await batch.shutdown(timeout: timeout) }
}
