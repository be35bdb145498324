/// How much one log record may hold (OpenTelemetry specification, Logs SDK, LogRecord Limits).
public struct LogRecordLimits: Sendable, Hashable {
    /// Attributes of a record; 128 by default.
    public var attributeCount = 128
    /// The longest text of an attribute, in characters; no limit by default.
    public var attributeValueLength: Int?

    /// The default limits.
    public init() {}

    var attributes: AttributeLimits { AttributeLimits(count: attributeCount, valueLength: attributeValueLength) }
}
