import Glibc

/// The `Retry-After` field (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// How long to wait from now.
    static func delay(_ value: String) -> Duration? {
        if let seconds = Int(value.trimmingBlanks) { return seconds >= 0 ? .seconds(seconds) : nil }
        guard let date = seconds(ofDate: value) else { return nil }
        return .seconds(max(0, date - time(nil)))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` as seconds since 1970.
    private static func seconds(ofDate value: String) -> Int? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let words = value.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int32(words[1]), let year = Int32(words[3]),
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int32($0) }
        guard clock.count == 3 else { return nil }
        var parts = tm()
        parts.tm_mday = day
        parts.tm_mon = Int32(month)
        parts.tm_year = year - 1900
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
        return timegm(&parts)
    }
}
