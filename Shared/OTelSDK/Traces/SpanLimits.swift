/// How much one span may hold (OpenTelemetry specification, Trace SDK, Span Limits). What exceeds a limit is counted.
public struct SpanLimits: Sendable, Hashable {
    /// Attributes of a span; 128 by default.
    public var attributeCount = 128
    /// The longest text of an attribute, in characters; no limit by default.
    public var attributeValueLength: Int?
    /// Events of a span; 128 by default.
    public var eventCount = 128
    /// Links of a span; 128 by default.
    public var linkCount = 128
    /// Attributes of an event; 128 by default.
    public var attributePerEventCount = 128
    /// Attributes of a link; 128 by default.
    public var attributePerLinkCount = 128

    /// The default limits.
    public init() {}

    var attributes: AttributeLimits { AttributeLimits(count: attributeCount, valueLength: attributeValueLength) }
    var eventAttributes: AttributeLimits {
        AttributeLimits(count: attributePerEventCount, valueLength: attributeValueLength)
    }
    var linkAttributes: AttributeLimits {
        AttributeLimits(count: attributePerLinkCount, valueLength: attributeValueLength)
    }
}
