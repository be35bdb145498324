import Glibc

/// Waits for moments more exactly than timers do, by sleeping on the calling thread: only for a thread of one's own.
enum Pacing {
    /// The longest sleep in one piece, in nanoseconds, so that whoever waits can look around now and then.
    static let longestSleep: Int64 = 20_000_000

    /// Sleeps until a moment, or for a while when it is far; `true` when the moment has come.
    static func sleep(until moment: Moment) -> Bool {
        let now = Moment.now
        guard moment > now else { return true }
        let end = min(moment.nanoseconds, now.nanoseconds + longestSleep)
        var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
        return end == moment.nanoseconds
    }
}
