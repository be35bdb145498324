import Glibc
import Synchronization

/// The clocks of telemetry. A span reads the wall clock at its start and the monotonic one from there on, so that a
/// clock adjustment does not distort a duration.
enum TelemetryClock {
    /// Nanoseconds since 1970, UTC.
    @inline(__always)
    static var wall: UInt64 { read(CLOCK_REALTIME) }

    /// Nanoseconds since some point in the past; never goes back.
    @inline(__always)
    static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    /// The wall clock at a point of the monotonic one that is now. How far they are apart is looked up ten times a
    /// second at most: reading both clocks for every span would cost a tenth of what the span costs.
    @inline(__always)
    static func wall(at monotonic: UInt64) -> UInt64 {
        let refreshed = lastRefresh.load(ordering: .acquiring)
        if monotonic &- refreshed > refreshInterval { refresh(at: monotonic) }
        return monotonic &+ difference.load(ordering: .relaxed)
    }

    private static let refreshInterval: UInt64 = 100_000_000
    private static let lastRefresh = Atomic<UInt64>(0)
    private static let difference = Atomic<UInt64>(0)

    @inline(never)
    private static func refresh(at monotonic: UInt64) {
        difference.store(wall &- Self.monotonic, ordering: .relaxed)
        lastRefresh.store(monotonic, ordering: .releasing)
    }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}
