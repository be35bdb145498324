import Glibc
import Synchronization

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
struct HTTPDate: Sendable {
    let text: String

    private static let current = Mutex<(second: Int, date: HTTPDate)>((0, HTTPDate(second: 0)))

    /// The current second; made once a second.
    static var now: HTTPDate {
        let second = time(nil)
        return current.withLock { cached in
            if cached.second != second { cached = (second, HTTPDate(second: second)) }
            return cached.date
        }
    }

    init(second: Int) {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        text =
            "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }
}
