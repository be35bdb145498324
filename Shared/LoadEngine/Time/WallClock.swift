import Glibc

/// Converts a moment to a date. Both clocks are read together once, so that a clock adjustment during a run
/// has no effect.
package struct WallClock: Sendable {
    /// Nanoseconds from the Unix epoch to the monotonic clock's zero.
    private let offset: Int64

    /// Reads both clocks.
    package init() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        offset = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - Instant.now.nanoseconds
    }

    /// Nanoseconds since the Unix epoch.
    package func unixNanoseconds(_ moment: Instant) -> Int64 { moment.nanoseconds + offset }
}
