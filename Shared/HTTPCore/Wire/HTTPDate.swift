import Glibc
import Synchronization

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
struct HTTPDate: Sendable {
    /// Seconds since 1970.
    let second: Int
    let text: String

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let current = Mutex(HTTPDate(second: 0))

    /// The current second; made once a second.
    static var now: HTTPDate {
        let second = time(nil)
        return current.withLock { cached in
            if cached.second != second { cached = HTTPDate(second: second) }
            return cached
        }
    }

    init(second: Int) {
        self.second = second
        var moment = second
        var parts = tm()
        gmtime_r(&moment, &parts)
        text =
            "\(Self.days[Int(parts.tm_wday)]), \(Self.two(parts.tm_mday)) \(Self.months[Int(parts.tm_mon)]) "
            + "\(1900 + parts.tm_year) \(Self.clock(parts)) GMT"
    }

    /// Reads the form that senders write, and the two that they once did; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: " ").map(String.init)
        let moment: HTTPDate? =
            switch parts.count {
            // Sun, 06 Nov 1994 08:49:37 GMT
            case 6: Self.moment(year: Int32(parts[3]), month: parts[2], day: parts[1], clock: parts[4])
            // Sun Nov  6 08:49:37 1994
            case 5: Self.moment(year: Int32(parts[4]), month: parts[1], day: parts[2], clock: parts[3])
            // Sunday, 06-Nov-94 08:49:37 GMT
            case 4: Self.moment(obsoleteDay: parts[1], clock: parts[2])
            default: nil
            }
        // A date that does not come out as it went in, such as the 31st of February, is none.
        guard let moment, [moment.text, moment.rfc850, moment.asctime].contains(text) else { return nil }
        self = moment
    }

    private static func moment(obsoleteDay day: String, clock: String) -> HTTPDate? {
        let parts = day.split(separator: "-").map(String.init)
        guard parts.count == 3, let digits = Int32(parts[2]), (0..<100).contains(digits) else { return nil }
        // A year that seems more than fifty years ahead is the one a century before.
        let thisYear = 1900 + now.parts.tm_year
        var year = thisYear / 100 * 100 + digits
        if year > thisYear + 50 { year -= 100 }
        return moment(year: year, month: parts[1], day: parts[0], clock: clock)
    }

    private static func moment(year: Int32?, month: String, day: String, clock: String) -> HTTPDate? {
        let clock = clock.split(separator: ":").compactMap { Int32($0) }
        guard let year, (1900...9999).contains(year), let month = months.firstIndex(of: month), let day = Int32(day),
            clock.count == 3
        else { return nil }
        var broken = tm()
        broken.tm_year = year - 1900
        broken.tm_mon = Int32(month)
        broken.tm_mday = day
        (broken.tm_hour, broken.tm_min, broken.tm_sec) = (clock[0], clock[1], clock[2])
        return HTTPDate(second: timegm(&broken))
    }

    private var parts: tm {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        return parts
    }

    private var rfc850: String {
        let parts = parts
        let day = Self.dayNames[Int(parts.tm_wday)]
        let date = "\(Self.two(parts.tm_mday))-\(Self.months[Int(parts.tm_mon)])-\(Self.two(parts.tm_year % 100))"
        return "\(day), \(date) \(Self.clock(parts)) GMT"
    }

    private var asctime: String {
        let parts = parts
        let day = parts.tm_mday < 10 ? " \(parts.tm_mday)" : "\(parts.tm_mday)"
        let date = "\(Self.days[Int(parts.tm_wday)]) \(Self.months[Int(parts.tm_mon)]) \(day)"
        return "\(date) \(Self.clock(parts)) \(1900 + parts.tm_year)"
    }

    private static func clock(_ parts: tm) -> String {
        "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
