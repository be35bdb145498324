public import OTLP
import Synchronization

/// Makes trace and span ids (OpenTelemetry specification, Trace SDK, Id Generators).
public protocol IDGenerator: Sendable {
    /// A new trace id; its last seven bytes are random when the generator says so.
    func makeTraceID() -> TraceID
    /// A new span id.
    func makeSpanID() -> SpanID
}

/// Ids from a sequence that is mixed well and begins at random: one atomic addition an id, where asking the system for
/// randomness costs a hundred times as much.
public final class RandomIDGenerator: IDGenerator {
    private let state: Atomic<UInt64>

    /// Creates a generator.
    ///
    /// - Parameter seed: Where the sequence begins; from the system's random numbers by default.
    public init(seed: UInt64 = .random(in: 1 ... .max)) {
        state = Atomic(seed)
    }

    /// A trace id, random in all of its bytes.
    public func makeTraceID() -> TraceID { TraceID(high: next(), low: next()) }
    /// A span id.
    public func makeSpanID() -> SpanID { SpanID(value: next()) }

    /// SplitMix64's step: a bijection, so that no id comes twice before all have come; zero is left out.
    private func next() -> UInt64 {
        while true {
            var mixed = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            if mixed != 0 { return mixed }
        }
    }
}
