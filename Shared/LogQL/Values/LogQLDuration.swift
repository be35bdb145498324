/// Durations as queries write them.
public enum LogQLDuration {
    /// Nanoseconds of each unit.
    private static let units: [String: Int64] = [
        "ns": 1, "us": 1_000, "\u{B5}s": 1_000, "\u{3BC}s": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
        "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000, "w": 604_800_000_000_000,
        "y": 31_536_000_000_000_000,
    ]

    /// Nanoseconds of `1h30m`, `1.5s` or `2d`, exactly where numbers are whole; `nil` for a text that is no duration, or a
    /// longer one than 64 bits can hold.
    public static func nanoseconds(_ text: String) -> Int64? {
        guard let about = Quantity.nanoseconds(text) else { return nil }
        return wholeNanoseconds(text) ?? Int64(exactly: about.rounded())
    }

    private static func wholeNanoseconds(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest[digits.endIndex...]
            let letters = rest.prefix { !$0.isDigit }
            rest = rest[letters.endIndex...]
            guard let count = Int64(String(Substring(digits))), let unit = units[String(Substring(letters))] else {
                return nil
            }
            let (product, overflows) = count.multipliedReportingOverflow(by: unit)
            let (sum, sumOverflows) = total.addingReportingOverflow(product)
            guard !overflows, !sumOverflows else { return nil }
            total = sum
        }
        return isNegative ? -total : total
    }
}
