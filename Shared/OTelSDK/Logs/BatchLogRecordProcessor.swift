public import Tracing

/// Gathers log records and exports them in batches (OpenTelemetry specification, Logs SDK, Batching processor).
public final class BatchLogRecordProcessor: LogRecordProcessor {
    let pipeline: BatchPipeline<ReadableLogRecord>

    /// Creates a processor and starts its work in the background, which ends with ``shutdown(timeout:)``.
    public init(_ exporter: any LogRecordExporter, settings: BatchSettings = .logs) {
        pipeline = BatchPipeline(settings, noun: "log records", exporter: exporter) { await exporter.export($0) }
    }

    /// Takes the record, or drops it when the queue is full.
    public func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?) {
        pipeline.append(ReadableLogRecord(record))
    }

    /// How many records were never given to the exporter, because the queue was full or the processor shut down.
    public var droppedRecords: Int { pipeline.counts.dropped }
    /// How many records the exporter has taken.
    public var exportedRecords: Int { pipeline.counts.exported.value }
    /// How many records were given to the exporter and refused or lost.
    public var failedRecords: Int { pipeline.counts.failed.value }

    /// Exports everything that was emitted so far.
    public func forceFlush(timeout: Duration) async -> Outcome {
        await pipeline.forceFlush(timeout: timeout)
    }

    /// Exports everything that was emitted so far, and drops what comes later.
    public func shutdown(timeout: Duration) async -> Outcome {
        await pipeline.shutdown(timeout: timeout)
    }
}
