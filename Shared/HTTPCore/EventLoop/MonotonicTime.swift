import Glibc

/// A moment on the system's monotonic clock, in nanoseconds.
struct MonotonicTime: Comparable, Sendable {
    let nanoseconds: UInt64

    static let distantFuture = MonotonicTime(nanoseconds: .max)

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// How long until then; zero when it has passed.
    var timeLeft: Duration {
        let now = Self.now.nanoseconds
        return .nanoseconds(Int64(clamping: nanoseconds > now ? nanoseconds - now : 0))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time + Timeout(duration)
    }

    static func + (time: MonotonicTime, timeout: Timeout) -> MonotonicTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(timeout.nanoseconds)
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }
}

/// A duration that was converted once, since taking a `Duration` apart costs two wide divisions.
struct Timeout: Comparable, Sendable {
    let nanoseconds: UInt64

    static func < (left: Timeout, right: Timeout) -> Bool { left.nanoseconds < right.nanoseconds }

    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        if seconds < 0 || attoseconds < 0 {
            nanoseconds = 0
        } else if seconds >= 1_000_000_000 {
            nanoseconds = .max
        } else {
            nanoseconds = UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000
        }
    }
}
