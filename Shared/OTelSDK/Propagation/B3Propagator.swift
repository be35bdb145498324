import OTLP
public import Tracing

/// B3, as Zipkin's tracers speak it: one `b3` field or several `X-B3-*` fields (OpenTelemetry specification,
/// B3 Requirements). Both are read; which is written is chosen.
public struct B3Propagator: TextMapPropagator {
    /// What is written.
    public enum Encoding: Sendable, Hashable {
        /// One field: `b3: <trace id>-<span id>-<sampled>`.
        case single
        /// `x-b3-traceid`, `x-b3-spanid`, `x-b3-sampled`.
        case multiple
    }

    private let encoding: Encoding

    /// Creates the propagator; it writes the single field by default.
    public init(_ encoding: Encoding = .single) {
        self.encoding = encoding
    }

    /// The fields of the chosen encoding.
    public var fields: [String] {
        encoding == .single ? ["b3"] : ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags"]
    }

    /// Takes the caller's span as a remote parent; the single field counts first.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if let span = extractor.extract(key: "b3", from: carrier).flatMap(Self.parse) {
            context.spanContext = span
        } else if let trace = extractor.extract(key: "x-b3-traceid", from: carrier),
            let id = extractor.extract(key: "x-b3-spanid", from: carrier)
        {
            let isDebug = extractor.extract(key: "x-b3-flags", from: carrier) == "1"
            let sampled = isDebug ? "d" : extractor.extract(key: "x-b3-sampled", from: carrier)
            if let span = Self.span(trace: trace, span: id, sampled: sampled) { context.spanContext = span }
        }
    }

    /// Writes the context's span, if it has a valid one.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.spanContext, span.isValid else { return }
        let sampled = span.isSampled ? "1" : "0"
        switch encoding {
        case .single: injector.inject("\(span.traceID)-\(span.spanID)-\(sampled)", forKey: "b3", into: &carrier)
        case .multiple:
            injector.inject(span.traceID.description, forKey: "x-b3-traceid", into: &carrier)
            injector.inject(span.spanID.description, forKey: "x-b3-spanid", into: &carrier)
            injector.inject(sampled, forKey: "x-b3-sampled", into: &carrier)
        }
    }

    private static func parse(_ header: String) -> SpanContext? {
        let parts = header.trimmingBlanks.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard (2...4).contains(parts.count) else { return nil }
        return span(trace: parts[0], span: parts[1], sampled: parts.count > 2 ? parts[2] : nil)
    }

    /// Trace ids may have 64 bits; what is not said about sampling counts as not sampled, `d` for debug as sampled.
    private static func span(trace: String, span: String, sampled: String?) -> SpanContext? {
        let padded = trace.utf8.count == 16 ? "0000000000000000\(trace)" : trace
        guard let traceID = TraceID(padded), let spanID = SpanID(span), traceID.isValid, spanID.isValid else {
            return nil
        }
        let isSampled: Bool
        switch sampled {
        case "1", "d", "true": isSampled = true
        case "0", "false", nil: isSampled = false
        default: return nil
        }
        return SpanContext(
            traceID: traceID,
            spanID: spanID,
            flags: isSampled ? SpanContext.sampledFlag : 0,
            isRemote: true
        )
    }
}
