/// Times in UTC in a layout as Go has it: the time `Mon Jan 2 15:04:05 MST 2006`, written as it is wanted.
enum GoTimeLayout {
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private struct Parts {
        var year: Int64 = 0
        var month: Int64 = 0
        var day: Int64 = 0
        var dayOfYear: Int64 = 0
        var weekday = 0
        var hour: Int64 = 0
        var minute: Int64 = 0
        var second: Int64 = 0
        var nanosecond: Int64 = 0

        init(_ time: Int64) {
            let day: Int64 = 86_400_000_000_000
            let days = time >= 0 ? time / day : (time - day + 1) / day
            let rest = time - days * day
            (hour, minute) = (rest / 3_600_000_000_000, rest / 60_000_000_000 % 60)
            (second, nanosecond) = (rest / 1_000_000_000 % 60, rest % 1_000_000_000)
            weekday = Int(((days + 4) % 7 + 7) % 7)
            // Counted from March, so that a leap day is the last of its year.
            let shifted = days + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let fromMarch = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let march = (5 * fromMarch + 2) / 153
            self.day = fromMarch - (153 * march + 2) / 5 + 1
            month = march < 10 ? march + 3 : march - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            dayOfYear = month > 2 ? fromMarch + 60 + (isLeap ? 1 : 0) : fromMarch - 305
        }
    }

    /// What a piece of a layout stands for, longest first where one begins another.
    private static let pieces: [(layout: String, text: @Sendable (Parts) -> String)] = [
        ("January", { months[Int($0.month) - 1] }),
        ("Jan", { String(months[Int($0.month) - 1].prefix(3)) }),
        ("Monday", { weekdays[$0.weekday] }),
        ("Mon", { String(weekdays[$0.weekday].prefix(3)) }),
        ("MST", { _ in "UTC" }),
        ("2006", { padded($0.year, 4) }),
        ("-07:00:00", { _ in "+00:00:00" }),
        ("-07:00", { _ in "+00:00" }),
        ("-070000", { _ in "+000000" }),
        ("-0700", { _ in "+0000" }),
        ("-07", { _ in "+00" }),
        ("Z07:00", { _ in "Z" }),
        ("Z0700", { _ in "Z" }),
        ("Z07", { _ in "Z" }),
        ("002", { padded($0.dayOfYear, 3) }),
        ("01", { padded($0.month) }),
        ("02", { padded($0.day) }),
        ("03", { padded(($0.hour + 11) % 12 + 1) }),
        ("04", { padded($0.minute) }),
        ("05", { padded($0.second) }),
        ("06", { padded($0.year % 100) }),
        ("15", { padded($0.hour) }),
        ("_2", { ($0.day < 10 ? " " : "") + "\($0.day)" }),
        ("PM", { $0.hour >= 12 ? "PM" : "AM" }),
        ("pm", { $0.hour >= 12 ? "pm" : "am" }),
        ("1", { "\($0.month)" }),
        ("2", { "\($0.day)" }),
        ("3", { "\(($0.hour + 11) % 12 + 1)" }),
        ("4", { "\($0.minute)" }),
        ("5", { "\($0.second)" }),
    ]

    static func format(_ nanoseconds: Int64, _ layout: String) -> String {
        let parts = Parts(nanoseconds)
        var rest = layout.utf8[...]
        var text = ""
        while let first = rest.first {
            if let (digits, keepsZeros) = fraction(rest) {
                text += fractionText(parts.nanosecond, digits, keepsZeros, point: first)
                rest = rest.dropFirst(digits + 1)
            } else if let piece = pieces.first(where: { rest.starts(with: $0.layout.utf8) }) {
                text += piece.text(parts)
                rest = rest.dropFirst(piece.layout.utf8.count)
            } else {
                // A character as it is, with the bytes that go on with it.
                let end = rest.dropFirst().firstIndex { $0 & 0xC0 != 0x80 } ?? rest.endIndex
                text += String(Substring(rest[..<end]))
                rest = rest[end...]
            }
        }
        return text
    }

    /// `.000` or `,999`, with no digit behind it.
    private static func fraction(_ text: Substring.UTF8View) -> (digits: Int, keepsZeros: Bool)? {
        guard let point = text.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") else { return nil }
        let rest = text.dropFirst()
        guard let digit = rest.first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9") else { return nil }
        let digits = rest.prefix { $0 == digit }
        if let next = rest[digits.endIndex...].first, next.isDigit { return nil }
        return (digits.count, digit == UInt8(ascii: "0"))
    }

    private static func fractionText(_ nanosecond: Int64, _ digits: Int, _ keepsZeros: Bool, point: UInt8) -> String {
        var text = String(padded(nanosecond, 9).prefix(digits))
        text += String(repeating: "0", count: max(0, digits - 9))
        if !keepsZeros { while text.last == "0" { text.removeLast() } }
        return text.isEmpty ? "" : String(Character(Unicode.Scalar(point))) + text
    }

    private static func padded(_ number: Int64, _ digits: Int = 2) -> String {
        let text = "\(number.magnitude)"
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
