import Glibc
import RunJournal

/// The time of day, which outlives the process: a budget's seconds go on when it is started again.
enum WallClock {
    /// Seconds since 1970.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A time as RFC 3339, in UTC.
    static func text(_ seconds: Double) -> String {
        Moment(nanoseconds: Int64(seconds * 1e3) * 1_000_000).text
    }

    /// The time that a text names; `nil` when it names none.
    static func seconds(_ text: String) -> Double? {
        Moment(text).map { Double($0.nanoseconds) / 1e9 }
    }
}
