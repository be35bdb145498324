/// Gathers sampled spans and exports them in batches (OpenTelemetry specification, Batching processor).
public final class BatchSpanProcessor: SpanProcessor {
    let pipeline: BatchPipeline<RecordingSpan>

    /// Creates a processor and starts its work in the background, which ends with ``shutdown(timeout:)``.
    public init(_ exporter: any SpanExporter, settings: BatchSettings = BatchSettings()) {
        pipeline = BatchPipeline(settings, noun: "spans", exporter: exporter) { spans in
            await exporter.export(spans.map { ReadableSpan($0) })
        }
    }

    /// It waits for the end of spans only.
    public var interests: SpanProcessorInterests { .end }

    /// Takes the span, or drops it when the queue is full.
    public func onEnd(_ span: ReadableSpan) {
        guard span.span.spanContext.isSampled else { return }
        pipeline.append(span.span)
    }

    /// How many spans were never given to the exporter, because the queue was full or the processor shut down.
    public var droppedSpans: Int { pipeline.counts.dropped }
    /// How many spans the exporter has taken.
    public var exportedSpans: Int { pipeline.counts.exported.value }
    /// How many spans were given to the exporter and refused or lost.
    public var failedSpans: Int { pipeline.counts.failed.value }

    /// Exports everything that has ended so far.
    public func forceFlush(timeout: Duration) async -> Outcome {
        await pipeline.forceFlush(timeout: timeout)
    }

    /// Exports everything that has ended so far, and drops what ends later.
    public func shutdown(timeout: Duration) async -> Outcome {
        await pipeline.shutdown(timeout: timeout)
    }
}
