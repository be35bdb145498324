import Glibc

/// A moment on the system's monotonic clock, in nanoseconds: what is compared and subtracted for every request, where a
/// `Duration`'s 128 bits would cost more than the rest.
package struct Instant: Sendable, Comparable {
    package let nanoseconds: Int64

    /// This moment.
    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Nanoseconds between two moments.
    package static func - (later: Instant, earlier: Instant) -> Int64 { later.nanoseconds - earlier.nanoseconds }

    /// The moment so many nanoseconds later.
    package static func + (moment: Instant, nanoseconds: Int64) -> Instant {
        Instant(nanoseconds: moment.nanoseconds + nanoseconds)
    }
}

extension Int64 {
    /// The nanoseconds of a number of seconds.
    package static func seconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    /// Nanoseconds as seconds.
    package var inSeconds: Double { Double(self) / 1e9 }
}
