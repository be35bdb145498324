import OTLP
import TextCoding
public import Tracing

/// Jaeger's `uber-trace-id` field and its baggage fields, for systems that still speak it (OpenTelemetry specification,
/// Jaeger propagation format; deprecated there).
public struct JaegerPropagator: TextMapPropagator {
    /// Creates the propagator.
    public init() {}

    /// The one field with a fixed name.
    public var fields: [String] { ["uber-trace-id"] }

    /// Takes the caller's span as a remote parent: `<trace id>:<span id>:<parent>:<flags>`. Ids may be short.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "uber-trace-id", from: carrier) else { return }
        let text = PercentCoding.decodeRepairing(header) ?? header
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let trace = Self.padded(parts[0], to: 32).flatMap({ TraceID($0) }),
            let id = Self.padded(parts[1], to: 16).flatMap({ SpanID($0) }), trace.isValid, id.isValid,
            let flags = UInt8(parts[3], radix: 16)
        else { return }
        context.spanContext = SpanContext(
            traceID: trace,
            spanID: id,
            flags: flags & SpanContext.sampledFlag,
            isRemote: true
        )
    }

    /// Writes the context's span, if it has a valid one.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.spanContext, span.isValid else { return }
        let flags = span.isSampled ? "1" : "0"
        injector.inject("\(span.traceID):\(span.spanID):0:\(flags)", forKey: "uber-trace-id", into: &carrier)
    }

    private static func padded(_ text: Substring, to count: Int) -> String? {
        guard !text.isEmpty, text.utf8.count <= count else { return nil }
        return String(repeating: "0", count: count - text.utf8.count) + text
    }
}
