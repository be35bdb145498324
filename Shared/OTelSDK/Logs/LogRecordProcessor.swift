public import OTLP
public import Tracing

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
