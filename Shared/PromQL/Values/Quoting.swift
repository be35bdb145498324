/// Strings between double quotes, as PromQL and Prometheus' messages write them: with Go's escapes.
public enum Quoting {
    /// A text between double quotes.
    public static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars { result += escape(scalar, quote: "\"") }
        return result + "\""
    }

    /// A character between single quotes.
    static func quote(_ scalar: Unicode.Scalar) -> String {
        "'\(escape(scalar, quote: "'"))'"
    }

    private static func escape(_ scalar: Unicode.Scalar, quote: Unicode.Scalar) -> String {
        switch scalar {
        case quote, "\\": return "\\\(scalar)"
        case "\u{7}": return "\\a"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{B}": return "\\v"
        default:
            if isPrintable(scalar) { return String(Character(scalar)) }
            let digits = String(scalar.value, radix: 16)
            let (letter, width) = scalar.value < 0x80 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
            return "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }
}
