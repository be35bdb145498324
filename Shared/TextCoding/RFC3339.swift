/// Instants as RFC 3339 writes them.
public enum RFC3339 {
    /// Milliseconds since the epoch of `2026-11-28T17:30:00.5Z` or `...+01:00`; `nil` when the text is no such instant.
    public static func milliseconds(_ text: String) -> Int64? {
        var reading = Reading(bytes: Array(text.utf8))
        guard let year = reading.number(digits: 4), reading.take("-"), let month = reading.number(digits: 2),
            reading.take("-"), let day = reading.number(digits: 2), reading.take("T") || reading.take("t"),
            let hour = reading.number(digits: 2), reading.take(":"), let minute = reading.number(digits: 2),
            reading.take(":"), let second = reading.number(digits: 2),
            (1...12).contains(month), (1...days(of: month, year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var fraction: Int64 = 0
        if reading.take(".") {
            guard let digits = reading.fraction() else { return nil }
            fraction = digits
        }
        var offset: Int64 = 0
        if !reading.take("Z"), !reading.take("z") {
            let sign: Int64
            if reading.take("+") { sign = 1 } else if reading.take("-") { sign = -1 } else { return nil }
            guard let hours = reading.number(digits: 2), reading.take(":"), let minutes = reading.number(digits: 2),
                hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 3_600 + minutes * 60)
        }
        guard reading.isAtEnd else { return nil }
        let seconds = daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return seconds * 1_000 + fraction
    }

    /// The fourth to ninth decimals of the seconds of an instant, in nanoseconds; 0 where there are none.
    public static func nanosecondsOfMillisecond(_ text: String) -> Int64 {
        guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
        let digits = text.utf8[point...].dropFirst().prefix { (0x30...0x39).contains($0) }
        let rest = digits.dropFirst(3).prefix(6)
        return rest.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            * [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1][rest.count]
    }

    /// `2026-11-28T17:30:00.500Z`; the milliseconds only where there are any.
    public static func text(_ milliseconds: Int64) -> String {
        func padded(_ number: Int64, to digits: Int = 2) -> String {
            let text = "\(number)"
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let days = Int64((Double(milliseconds) / 86_400_000).rounded(.down))
        let rest = milliseconds - days * 86_400_000
        // Counted from March, as below.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * march + 2) / 5 + 1
        let month = march < 10 ? march + 3 : march - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(padded(year, to: 4))-\(padded(month))-\(padded(day))"
        let time = "\(padded(rest / 3_600_000)):\(padded(rest / 60_000 % 60)):\(padded(rest / 1_000 % 60))"
        let fraction = rest % 1_000
        return "\(date)T\(time)\(fraction == 0 ? "" : "." + padded(fraction, to: 3))Z"
    }

    private static func days(of month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar, counted from March so that a leap day is the last of its year.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private struct Reading {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func number(digits: Int) -> Int64? {
            guard position + digits <= bytes.count else { return nil }
            var number: Int64 = 0
            for octet in bytes[position..<position + digits] {
                guard (0x30...0x39).contains(octet) else { return nil }
                number = number * 10 + Int64(octet - 0x30)
            }
            position += digits
            return number
        }

        /// The first three decimals; the others are read and dropped.
        mutating func fraction() -> Int64? {
            var number: Int64 = 0
            var count = 0
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
                if count < 3 { number = number * 10 + Int64(bytes[position] - 0x30) }
                count += 1
                position += 1
            }
            guard count > 0 else { return nil }
            for _ in min(count, 3)..<3 { number *= 10 }
            return number
        }
    }
}
