import Glibc

/// The clocks of telemetry. A span takes the wall clock at its start and the monotonic one from there on, so that a
/// correction of the system's clock does not bend a duration.
enum TelemetryClock {
    /// Nanoseconds since 1970, UTC.
    @inline(__always)
    static var wall: UInt64 { read(CLOCK_REALTIME) }

    /// Nanoseconds since some point in the past; never goes back.
    @inline(__always)
    static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}
