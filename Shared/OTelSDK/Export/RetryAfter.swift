import Glibc

/// The `Retry-After` field (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// How long to wait from now; `nil` when the value is neither.
    static func delay(_ value: String, now: Int = time(nil)) -> Duration? {
        let value = value.trimmingBlanks
        if let seconds = Int(value) { return seconds >= 0 ? .seconds(seconds) : nil }
        guard let date = secondsSinceEpoch(value) else { return nil }
        return .seconds(max(0, date - now))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT` as seconds since 1970.
    private static func secondsSinceEpoch(_ value: some StringProtocol) -> Int? {
        let parts = value.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let day = Int(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(clock[0]),
            (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        var date = tm()
        date.tm_year = Int32(year - 1900)
        date.tm_mon = Int32(month)
        date.tm_mday = Int32(day)
        date.tm_hour = Int32(clock[0])
        date.tm_min = Int32(clock[1])
        date.tm_sec = Int32(clock[2])
        return timegm(&date)
    }
}
