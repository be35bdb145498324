/// A moment in UTC, to the nanosecond, as the journal and the telemetry have it.
package struct Moment: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970.
    package let nanoseconds: Int64

    /// The moment so many nanoseconds after the beginning of 1970.
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The seconds from another moment to this one.
    package func seconds(since other: Moment) -> Double { Double(nanoseconds - other.nanoseconds) / 1e9 }

    package func advanced(bySeconds seconds: Int64) -> Moment {
        Moment(nanoseconds: nanoseconds + seconds * 1_000_000_000)
    }

    /// The whole second that this moment lies in, or the next one.
    package func rounded(up: Bool) -> Moment {
        let rest = nanoseconds % 1_000_000_000
        guard rest != 0 else { return self }
        return Moment(nanoseconds: nanoseconds - rest + (up ? 1_000_000_000 : 0))
    }
}

// MARK: RFC 3339

extension Moment {
    /// Reads a date-time of RFC 3339, with up to nine digits of a second: `2026-11-21T09:33:49.591698000Z` or
    /// `2026-11-21T11:33:49+02:00`.
    ///
    /// `nil` for everything else, including a time without an offset from UTC, which is ambiguous.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, [84, 116, 32].contains(bytes[10]), bytes[13] == 58,
            bytes[16] == 58, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = 19
        var fraction: Int64 = 0
        if bytes[rest] == 46 {
            let digits = bytes[(rest + 1)...].prefix { (48...57).contains($0) }
            guard (1...9).contains(digits.count), let value = number((rest + 1)..<(rest + 1 + digits.count)) else {
                return nil
            }
            fraction = (digits.count..<9).reduce(value) { value, _ in value * 10 }
            rest += 1 + digits.count
        }
        guard let offset = Self.offset(bytes[rest...]) else { return nil }
        let days = Self.days(year, month, day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
        nanoseconds = seconds * 1_000_000_000 + fraction
    }

    /// As RFC 3339 in UTC, always with nine digits of a second.
    package var text: String {
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let (day, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, date) = Self.date(day)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let time = [rest / 3_600, rest / 60 % 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(date, 2))T\(time).\(padded(fraction, 9))Z"
    }

    /// The seconds by which a local time is ahead of UTC, as `Z` or `+02:00` says.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let text = Array(bytes)
        if text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] { return 0 }
        let digits = [1, 2, 4, 5]
        guard text.count == 6, text[3] == UInt8(ascii: ":"), digits.allSatisfy({ (48...57).contains(text[$0]) }) else {
            return nil
        }
        let numbers = digits.map { Int64(text[$0] - 48) }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        guard hours < 24, minutes < 60 else { return nil }
        switch text[0] {
        case UInt8(ascii: "+"): return hours * 3_600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3_600 + minutes * 60)
        default: return nil
        }
    }

    /// Days since 1970 of a date in the Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = days + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Moment: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let moment = Moment(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no time with its zone: write it as in 2026-11-21T09:33:49Z"
            )
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
