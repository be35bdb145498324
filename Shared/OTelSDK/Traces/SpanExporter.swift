/// Sends finished spans somewhere (OpenTelemetry specification, Trace SDK, Span Exporter).
public protocol SpanExporter: Sendable {
    /// Sends a batch. Processors do not call it again before it has returned, and cancel it when it takes too long.
    func export(_ spans: [ReadableSpan]) async -> ExportResult
    /// Sends what it has kept, if it keeps anything.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Sends what it has kept and refuses what comes later.
    func shutdown(timeout: Duration) async -> Outcome
}

extension SpanExporter {
    /// Nothing is kept.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to end.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
