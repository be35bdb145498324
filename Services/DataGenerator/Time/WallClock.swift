import Glibc

/// Tells the date of a moment: the clocks are read together once, so that a correction of the system's clock during a run
/// moves nothing.
struct WallClock: Sendable {
    /// Nanoseconds from the Unix epoch to the monotonic clock's zero.
    private let offset: Int64

    /// Reads both clocks.
    init() {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        offset = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) - Moment.now.nanoseconds
    }

    /// Nanoseconds since the Unix epoch.
    func unixNanoseconds(_ moment: Moment) -> Int64 { moment.nanoseconds + offset }

    /// RFC 3339, UTC, with nanoseconds: `2026-01-31T08:15:00.000000000Z`.
    func text(_ moment: Moment) -> String {
        Self.text(unixNanoseconds: unixNanoseconds(moment))
    }

    /// RFC 3339 of nanoseconds since the Unix epoch.
    static func text(unixNanoseconds: Int64) -> String {
        var seconds = time_t(unixNanoseconds / 1_000_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(time).\(digits(Int32(unixNanoseconds % 1_000_000_000), 9))Z"
    }

    private static func digits(_ number: Int32, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
