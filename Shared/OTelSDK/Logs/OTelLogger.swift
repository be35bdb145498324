public import OTLP
public import Tracing

/// Emits log records for one library (OpenTelemetry specification, Logs API, Logger). Safe from any thread.
public struct OTelLogger: Sendable {
    let pipeline: LogPipeline
    let scopeReference: ScopeReference

    /// Whose records it emits.
    public var scope: Scope { scopeReference.scope }

    /// Emits a record. Trace and span ids are those of the context unless the record has its own; the time at which it
    /// was observed is now unless it has one.
    ///
    /// - Parameter context: Where it was written; the current task's context by default.
    public func emit(_ record: OTLP.LogRecord, context: InstrumentationContext? = nil) {
        pipeline.emit(record, scope: scopeReference, context: context ?? InstrumentationContext.current)
    }

    /// Emits a record.
    ///
    /// - Parameters:
    ///   - severity: How severe it is.
    ///   - body: What it says; of any type.
    ///   - attributes: What is known of it.
    ///   - eventName: The kind of event that it is; none by default.
    ///   - error: An error that it is about; its type and message become attributes unless those are given.
    ///   - time: When it happened, in nanoseconds since 1970, UTC; now by default.
    ///   - context: Where it was written; the current task's context by default.
    public func emit(
        _ severity: OTLP.SeverityNumber,
        _ body: AttributeValue = .empty,
        attributes: [Attribute] = [],
        eventName: String = "",
        error: (any Error)? = nil,
        time: UInt64? = nil,
        context: InstrumentationContext? = nil
    ) {
        var attributes = attributes
        if let error {
            for attribute in ExceptionAttributes.attributes(of: error)
            where !attributes.contains(where: { $0.key == attribute.key }) {
                attributes.append(attribute)
            }
        }
        let now = TelemetryClock.wall
        pipeline.emit(
            OTLP.LogRecord(
                time: time ?? now,
                severityNumber: severity,
                severityText: severity.name,
                body: body,
                attributes: attributes,
                observedTime: now,
                eventName: eventName
            ),
            scope: scopeReference,
            context: context ?? InstrumentationContext.current
        )
    }

    /// Whether any processor wants such a record. Ask before a record that is expensive to make.
    public func isEnabled(
        _ severity: OTLP.SeverityNumber = .unspecified,
        eventName: String = "",
        context: InstrumentationContext? = nil
    ) -> Bool {
        guard !pipeline.isShutDown.isSet else { return false }
        let context = context ?? InstrumentationContext.current
        return pipeline.processors.contains {
            $0.isEnabled(severity: severity, eventName: eventName, scope: scope, context: context)
        }
    }
}

extension SeverityNumber {
    /// The short name of the range that the number lies in: `TRACE`, `DEBUG2`, `INFO`, ...; empty when unspecified.
    var name: String {
        guard (1...24).contains(rawValue) else { return "" }
        return Self.names[Int(rawValue) - 1]
    }

    private static let names = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap { name in
        [name, "\(name)2", "\(name)3", "\(name)4"]
    }
}
