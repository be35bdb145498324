public import OTLP

/// A span that another relates to, without being its parent (OpenTelemetry specification, Trace API, Link).
public struct Link: Sendable, Hashable {
    /// The other span.
    public var context: SpanContext
    /// What is known of the relation.
    public var attributes: [Attribute]

    /// Creates a link.
    public init(_ context: SpanContext, attributes: [Attribute] = []) {
        self.context = context
        self.attributes = attributes
    }

    func otlp(_ limits: AttributeLimits) -> OTLP.SpanLink {
        let (kept, dropped) = limits.limited(attributes)
        return OTLP.SpanLink(
            traceID: context.traceID,
            spanID: context.spanID,
            traceState: context.traceState.header,
            attributes: kept,
            droppedAttributesCount: dropped,
            flags: OTLP.Span.flags(context.flags, isRemote: context.isRemote)
        )
    }
}

extension OTLP.Span {
    /// The flags field: W3C's in the low byte, and above them whether the context that it is about is remote.
    static func flags(_ flags: UInt8, isRemote: Bool) -> UInt32 {
        UInt32(flags) | 0x100 | (isRemote ? 0x200 : 0)
    }
}
