import OTLP
public import Tracing

/// `traceparent` and `tracestate` (W3C Trace Context, level 2).
public struct TraceContextPropagator: TextMapPropagator {
    /// Creates the propagator.
    public init() {}

    /// The two fields.
    public var fields: [String] { ["traceparent", "tracestate"] }

    /// Takes the caller's span as a remote parent. A `tracestate` without a valid `traceparent` does not count.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "traceparent", from: carrier), var span = Self.parse(header) else {
            return
        }
        if let state = extractor.extract(key: "tracestate", from: carrier), !state.isEmpty {
            span.traceState = TraceState(header: state) ?? TraceState()
        }
        context.spanContext = span
    }

    /// Writes the context's span, if it has a valid one.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.spanContext, span.isValid else { return }
        injector.inject(Self.header(span), forKey: "traceparent", into: &carrier)
        if !span.traceState.isEmpty {
            injector.inject(span.traceState.header, forKey: "tracestate", into: &carrier)
        }
    }

    /// Reads `00-<32 digits>-<16 digits>-<2 digits>`; a later version may have more, behind a further dash.
    static func parse(_ header: String) -> SpanContext? {
        let text = header.trimmingBlanks
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 4, omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[3].utf8.count == 2,
            !text.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            let version = UInt8(hexadecimal: parts[0]), version != 0xFF, version > 0 || parts.count == 4,
            let traceID = TraceID(String(parts[1])), let spanID = SpanID(String(parts[2])),
            let flags = UInt8(hexadecimal: parts[3]), traceID.isValid, spanID.isValid
        else { return nil }
        let known = SpanContext.sampledFlag | SpanContext.randomFlag
        return SpanContext(traceID: traceID, spanID: spanID, flags: flags & known, isRemote: true)
    }

    static func header(_ span: SpanContext) -> String {
        "00-\(span.traceID)-\(span.spanID)-\(span.flags < 16 ? "0" : "")\(String(span.flags, radix: 16))"
    }
}

extension UInt8 {
    fileprivate init?(hexadecimal text: Substring) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        self.init(text, radix: 16)
    }
}
