import OTLP
public import Tracing

/// Copies chosen baggage entries to every span and log record, so that a value that is known where a request
/// enters can be queried for everything that the request caused.
///
/// Give one to ``OTelConfiguration/spanProcessors`` and one to ``OTelConfiguration/logRecordProcessors``. An attribute
/// of the same name that a record has already stays as it is.
public struct BaggageAttributes: SpanProcessor, LogRecordProcessor {
    private let keys: [String]

    /// Creates a processor.
    ///
    /// - Parameter keys: Which entries are copied. Baggage may come from outside: name what you expect.
    public init(keys: [String]) {
        self.keys = keys
    }

    /// Only the start.
    public var interests: SpanProcessorInterests { .start }

    /// Adds the entries to a span that has started.
    public func onStart(_ span: OTelSpan, parent: InstrumentationContext?) {
        guard let baggage = parent?.baggage, !baggage.isEmpty else { return }
        for key in keys {
            if let value = baggage[key] { span.setAttribute(key, .string(value)) }
        }
    }

    /// Adds the entries to a log record.
    public func onEmit(_ record: inout ReadWriteLogRecord, context: InstrumentationContext?) {
        guard let baggage = context?.baggage, !baggage.isEmpty else { return }
        for key in keys where !record.record.attributes.contains(where: { $0.key == key }) {
            if let value = baggage[key] {
                record.record.attributes.append(OTLP.KeyValue(key: key, value: .string(value)))
            }
        }
    }

    /// There is nothing to flush.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to shut down.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
