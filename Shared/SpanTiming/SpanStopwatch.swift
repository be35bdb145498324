public import Tracing

/// The two instants of an operation, so that its span and its metric say the same duration.
///
/// The start is read from the wall clock, and everything after it from the monotonic one, so that setting the system's
/// clock does not bend a duration.
public struct SpanStopwatch: Sendable {
    /// When the operation began. Give it to the span's start.
    public let start: SpanInstant
    private let began: ContinuousClock.Instant

    /// Starts the watch.
    public init() {
        start = SpanInstant(nanosecondsSinceEpoch: DefaultTracerClock.now.nanosecondsSinceEpoch)
        began = .now
    }

    /// How long the operation took until now, and when that is. Give the instant to the span's end.
    public func stop() -> (end: SpanInstant, duration: Duration) {
        let duration = began.duration(to: .now)
        let (seconds, attoseconds) = duration.components
        let nanoseconds = UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
        return (SpanInstant(nanosecondsSinceEpoch: start.nanosecondsSinceEpoch &+ nanoseconds), duration)
    }
}

/// An instant that a span takes as it is.
public struct SpanInstant: TracerInstant {
    /// Nanoseconds since 1970, UTC.
    public let nanosecondsSinceEpoch: UInt64

    /// Orders instants by time.
    public static func < (left: SpanInstant, right: SpanInstant) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}
