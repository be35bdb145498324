public import OTLP

/// Names a trace.
public typealias TraceID = OTLP.TraceID
/// Names a span within its trace.
public typealias SpanID = OTLP.SpanID

/// What identifies a span to others (OpenTelemetry specification, Trace API, SpanContext).
public struct SpanContext: Sendable, Hashable {
    /// The trace.
    public var traceID: TraceID
    /// The span.
    public var spanID: SpanID
    /// W3C trace flags: bit 0 sampled, bit 1 random.
    public var flags: UInt8
    /// W3C tracestate.
    public var traceState: TraceState
    /// Whether it came from another process.
    public var isRemote: Bool

    /// Creates a span context.
    public init(
        traceID: TraceID,
        spanID: SpanID,
        flags: UInt8 = SpanContext.sampledFlag,
        traceState: TraceState = TraceState(),
        isRemote: Bool = false
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    /// Bit 0: the caller recorded this trace.
    public static let sampledFlag: UInt8 = 0x01
    /// Bit 1: the trace id's last seven bytes are random (W3C Trace Context, level 2).
    public static let randomFlag: UInt8 = 0x02

    /// Whether the trace id is random in its last seven bytes.
    public var isRandom: Bool { flags & Self.randomFlag != 0 }
    /// Whether the span is sampled.
    public var isSampled: Bool { flags & Self.sampledFlag != 0 }
    /// Whether both ids are valid.
    public var isValid: Bool { traceID.isValid && spanID.isValid }
}
