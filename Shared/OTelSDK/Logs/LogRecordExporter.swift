/// Sends log records somewhere (OpenTelemetry specification, Logs SDK, LogRecordExporter).
public protocol LogRecordExporter: Sendable {
    /// Sends a batch. Processors do not call it again before it has returned, and cancel it when it takes too long.
    func export(_ records: [ReadableLogRecord]) async -> ExportResult
    /// Sends what it has kept, if it keeps anything.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Sends what it has kept and refuses what comes later.
    func shutdown(timeout: Duration) async -> Outcome
}

extension LogRecordExporter {
    /// Nothing is kept.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to end.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
