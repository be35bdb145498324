/// Exports each sampled span by itself as soon as it has ended, one after the other (OpenTelemetry specification,
/// Simple processor). For tests and for the console: it keeps at most as many spans waiting as a batching processor.
public final class SimpleSpanProcessor: SpanProcessor {
    private let batch: BatchSpanProcessor

    /// Creates a processor.
    public init(_ exporter: any SpanExporter) {
        var settings = BatchSettings()
        settings.maximumExportBatchSize = 1
        batch = BatchSpanProcessor(exporter, settings: settings)
    }

    /// It waits for the end of spans only.
    public var interests: SpanProcessorInterests { .end }

    /// Hands the span on.
    public func onEnd(_ span: ReadableSpan) { batch.onEnd(span) }

    /// Waits until everything that has ended so far is exported.
    public func forceFlush(timeout: Duration) async -> Outcome { await batch.forceFlush(timeout: timeout) }

    /// Waits until everything that has ended so far is exported, and drops what ends later.
    public func shutdown(timeout: Duration) async -> Outcome { await batch.shutdown(timeout: timeout) }
}
