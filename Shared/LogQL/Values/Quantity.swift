/// A number with or without a unit, as conditions on labels have it: `500`, `1.5s`, `20MB`.
public struct Quantity: Hashable, Sendable {
    /// What the number counts.
    public enum Kind: Hashable, Sendable {
        /// Nothing.
        case number
        /// Nanoseconds.
        case duration
        /// Bytes.
        case bytes
    }

    /// What the number counts.
    public let kind: Kind
    /// The number, of nanoseconds or bytes where it has such a unit.
    public let value: Double
    /// As it was written.
    public let text: String

    /// Reads a quantity; `nil` for a text that is none.
    init?(_ text: String) {
        self.text = text
        if let number = Self.number(text) {
            (kind, value) = (.number, number)
        } else if let nanoseconds = Self.nanoseconds(text, units: Self.allUnits) {
            (kind, value) = (.duration, nanoseconds)
        } else if let bytes = Self.bytes(text) {
            (kind, value) = (.bytes, bytes)
        } else {
            return nil
        }
    }

    /// The value of a label as a quantity of some kind; `nil` where it is none.
    static func value(of text: String, as kind: Kind) -> Double? {
        switch kind {
        case .number: number(text)
        case .duration: nanoseconds(text, units: timeUnits)
        case .bytes: bytes(text)
        }
    }

    /// A number as Go reads it: decimal, with an exponent or not, `Inf`, `NaN`.
    static func number(_ text: String) -> Double? {
        guard let first = text.utf8.first else { return nil }
        let isPlain =
            first.isDigit || first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".")
        if !isPlain || text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "n") }) {
            switch text.drop(while: { $0 == "+" || $0 == "-" }).lowercased() {
            case "inf", "infinity": return first == UInt8(ascii: "-") ? -.infinity : .infinity
            case "nan": return .nan
            default: return nil
            }
        }
        if text.utf8.count < 16, let whole = Int64(text) { return Double(whole) }
        if text.utf8.last == UInt8(ascii: ".") { return Double(text + "0") }
        return Double(text)
    }

    // MARK: - Durations

    private static let timeUnits: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 6e10, "h": 3.6e12,
    ]
    private static let allUnits: [String: Double] = timeUnits.merging(
        ["d": 8.64e13, "w": 6.048e14, "y": 3.1536e16]
    ) { one, _ in one }

    /// Nanoseconds of a duration as queries write it, days, weeks and years among its units.
    static func nanoseconds(_ text: String) -> Double? {
        nanoseconds(text, units: allUnits)
    }

    /// Nanoseconds of `1h30m`, `-1.5s` or `0`.
    private static func nanoseconds(_ text: String, units: [String: Double]) -> Double? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
            rest = rest[digits.endIndex...]
            let letters = rest.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
            rest = rest[letters.endIndex...]
            guard digits.contains(where: \.isDigit), let count = number(String(Substring(digits))),
                let unit = units[String(Substring(letters))]
            else { return nil }
            total += count * unit
        }
        return isNegative ? -total : total
    }

    // MARK: - Sizes

    private static let sizeUnits: [String: Double] = {
        var units: [String: Double] = ["": 1, "b": 1]
        for (power, letter) in ["k", "m", "g", "t", "p", "e"].enumerated() {
            var (decimal, binary) = (1.0, 1.0)
            for _ in 0...power { (decimal, binary) = (decimal * 1000, binary * 1024) }
            units[letter] = decimal
            units[letter + "b"] = decimal
            units[letter + "i"] = binary
            units[letter + "ib"] = binary
        }
        return units
    }()

    /// Bytes of `20MB`, `1.5 GiB` or `512`.
    static func bytes(_ text: String) -> Double? {
        let digits = text.utf8.prefix { $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        guard let first = digits.first, first.isDigit || first == UInt8(ascii: "."),
            let count = number(String(Substring(digits)).filter { $0 != "," })
        else { return nil }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let factor = sizeUnits[unit.lowercased()] else { return nil }
        return (count * factor).rounded(.towardZero)
    }
}
