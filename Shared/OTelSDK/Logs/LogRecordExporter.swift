/// Sends log records somewhere (OpenTelemetry specification, Logs SDK, LogRecordExporter).
public protocol LogRecordExporter: TelemetryExporter {
    /// Sends a batch. Processors do not call it again before it has returned, and cancel it when it takes too long.
    func export(_ records: [ReadableLogRecord]) async -> ExportResult
}
