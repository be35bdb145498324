/// Which names may stand without quotes.
enum MetricNames {
    /// Letters, digits, `_` and `:`, no digit first.
    static func isMetricName(_ name: some StringProtocol) -> Bool {
        isName(name) { $0 == UInt8(ascii: ":") }
    }

    /// Letters, digits and `_`, no digit first.
    static func isLabelName(_ name: some StringProtocol) -> Bool {
        isName(name) { _ in false }
    }

    private static func isName(_ name: some StringProtocol, allowing isExtra: (UInt8) -> Bool) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || isExtra(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || isExtra($0) }
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
