/// Exports each sampled span by itself as soon as it has ended, one after the other (OpenTelemetry specification,
/// Simple processor). For tests and for the console: it keeps at most as many spans waiting as a batching processor.
public final class SimpleSpanProcessor: SpanProcessor {
    private let pipeline: BatchPipeline<RecordingSpan>
    private let exporter: any SpanExporter

    /// Creates a processor.
    public init(_ exporter: any SpanExporter) {
        self.exporter = exporter
        var settings = BatchSettings()
        settings.maximumExportBatchSize = 1
        pipeline = BatchPipeline(settings, noun: "spans") { spans in
            await exporter.export(spans.map { ReadableSpan($0) })
        }
    }

    /// It waits for the end of spans only.
    public var interests: SpanProcessorInterests { .end }

    /// Hands the span on.
    public func onEnd(_ span: ReadableSpan) {
        guard span.span.spanContext.isSampled else { return }
        pipeline.append(span.span)
    }

    /// Waits until everything that has ended so far is exported.
    public func forceFlush(timeout: Duration) async -> Outcome {
        await pipeline.forceFlush(timeout: timeout)
    }

    /// Waits until everything that has ended so far is exported, and drops what ends later.
    public func shutdown(timeout: Duration) async -> Outcome {
        let start = ContinuousClock.now
        let outcome = await pipeline.shutdown(timeout: timeout)
        return outcome.and(await exporter.shutdown(timeout: max(.zero, timeout - start.duration(to: .now))))
    }
}
