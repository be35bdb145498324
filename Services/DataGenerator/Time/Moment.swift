import Glibc

/// A moment on the system's monotonic clock, in nanoseconds: what is compared and subtracted for every request, where a
/// `Duration`'s 128 bits would cost more than the rest.
struct Moment: Sendable, Comparable {
    let nanoseconds: Int64

    /// This moment.
    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Nanoseconds between two moments.
    static func - (later: Moment, earlier: Moment) -> Int64 { later.nanoseconds - earlier.nanoseconds }

    /// The moment so many nanoseconds later.
    static func + (moment: Moment, nanoseconds: Int64) -> Moment {
        Moment(nanoseconds: moment.nanoseconds + nanoseconds)
    }
}

extension Int64 {
    /// The nanoseconds of a number of seconds.
    static func seconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    /// Nanoseconds as seconds.
    var inSeconds: Double { Double(self) / 1e9 }
}
