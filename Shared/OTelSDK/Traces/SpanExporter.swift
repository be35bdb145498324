/// Sends finished spans somewhere (OpenTelemetry specification, Trace SDK, Span Exporter).
public protocol SpanExporter: TelemetryExporter {
    /// Sends a batch. Processors do not call it again before it has returned, and cancel it when it takes too long.
    func export(_ spans: [ReadableSpan]) async -> ExportResult
}
