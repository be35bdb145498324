public import OTLP
public import Tracing

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

/// A log record that nobody changes any more (OpenTelemetry specification, Logs SDK, ReadableLogRecord).
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

/// Sees log records when they are emitted (OpenTelemetry specification, Logs SDK, LogRecordProcessor). Its functions
/// are called on the thread that emits, several at once, and must neither block nor throw.
public protocol LogRecordProcessor: Sendable {
    /// Takes a record. What it changes is seen by the processors after it.
    func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?)
    /// Whether it would do something with such a record.
    func isEnabled(
        severity: OTLP.SeverityNumber,
        eventName: String,
        scope: Scope,
        context: InstrumentationContext?
    ) -> Bool
    /// Does now what would be done later.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Does what is left to do, and nothing afterwards.
    func shutdown(timeout: Duration) async -> Outcome
}

extension LogRecordProcessor {
    /// It would.
    public func isEnabled(
        severity: OTLP.SeverityNumber,
        eventName: String,
        scope: Scope,
        context: InstrumentationContext?
    ) -> Bool { true }
    /// There is nothing to flush.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to shut down.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}

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
