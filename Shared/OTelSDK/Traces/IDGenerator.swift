public import OTLP

/// Makes trace and span ids (OpenTelemetry specification, Trace SDK, Id Generators).
public protocol IDGenerator: Sendable {
    /// Whether the last seven bytes of its trace ids are random, which sets the flag of W3C Trace Context level 2.
    var isRandom: Bool { get }
    /// A new trace id; never all zero.
    func makeTraceID() -> TraceID
    /// A new span id; never all zero.
    func makeSpanID() -> SpanID
}

extension IDGenerator {
    /// Not known to be random.
    public var isRandom: Bool { false }
}

/// Random ids from one generator a thread, seeded by the system: asking the system each
/// time costs a hundred times as much, and a shared generator makes threads wait for each other.
public struct RandomIDGenerator: IDGenerator {
    /// Creates a generator.
    public init() {}

    /// All bytes are random.
    public var isRandom: Bool { true }

    /// A trace id, random in all of its bytes.
    public func makeTraceID() -> TraceID { ThreadState.current.pointee.makeTraceID() }

    /// A span id, random in all of its bytes.
    public func makeSpanID() -> SpanID { ThreadState.current.pointee.makeSpanID() }
}
