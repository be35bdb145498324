public import OTLP

/// A log record on its way through the processors, which may change it (OpenTelemetry specification, Logs SDK,
/// ReadWriteLogRecord).
public struct ReadWriteLogRecord: Sendable {
    /// The record.
    public var record: OTLP.LogRecord
    let scopeReference: ScopeReference
    let pipeline: LogPipeline

    /// What emitted it.
    public var scope: Scope { scopeReference.scope }
    /// What it belongs to.
    public var resource: TelemetryResource { pipeline.resource }
}

/// A log record that no longer changes (OpenTelemetry specification, Logs SDK, ReadableLogRecord).
public final class ReadableLogRecord: Sendable {
    /// The record.
    public let record: OTLP.LogRecord
    let scopeReference: ScopeReference
    private let pipeline: LogPipeline

    init(_ record: ReadWriteLogRecord) {
        self.record = record.record
        scopeReference = record.scopeReference
        pipeline = record.pipeline
    }

    /// What emitted it.
    public var scope: Scope { scopeReference.scope }
    /// What it belongs to.
    public var resource: TelemetryResource { pipeline.resource }
}
