import Glibc
import Tracing

/// The time of spans: the wall clock at the start, and from there on the monotonic one, so that a correction of the
/// system's clock does not bend a duration.
enum SpanClock {
    /// When a span began.
    struct Start: Sendable {
        /// Nanoseconds since 1970, UTC.
        let nanosecondsSinceEpoch: UInt64
        private let monotonic: UInt64

        /// Now.
        init() {
            nanosecondsSinceEpoch = SpanClock.read(CLOCK_REALTIME)
            monotonic = SpanClock.read(CLOCK_MONOTONIC)
        }

        /// At a time that somebody else has read.
        init(at instant: some TracerInstant) {
            nanosecondsSinceEpoch = instant.nanosecondsSinceEpoch
            monotonic = SpanClock.read(CLOCK_MONOTONIC)
        }

        /// The current time, as far from the start as the monotonic clock says; nanoseconds since 1970, UTC.
        var now: UInt64 { nanosecondsSinceEpoch &+ (SpanClock.read(CLOCK_MONOTONIC) &- monotonic) }
    }

    /// The wall clock, in nanoseconds since 1970, UTC.
    static var wall: UInt64 { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
