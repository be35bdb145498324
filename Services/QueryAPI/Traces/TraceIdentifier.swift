import TextCoding

/// Trace ids as clients write them.
enum TraceIdentifier {
    /// The id as it is stored, 32 lower-case hexadecimal digits; `nil` for a text that is none.
    ///
    /// Up to 32 digits of either case, zeros on the left optional; white space around them, as pasted ids have it, is
    /// dropped. Sixteen bytes in base64 are one too, as protobuf's JSON has them.
    static func normalized(_ text: String) -> String? {
        let trimmed = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        if (1...32).contains(trimmed.utf8.count), trimmed.utf8.allSatisfy({ $0.isHexadecimalDigit }) {
            return String(repeating: "0", count: 32 - trimmed.utf8.count) + trimmed.lowercased()
        }
        guard (22...24).contains(trimmed.utf8.count), let bytes = Base64.decode(trimmed), bytes.count == 16 else {
            return nil
        }
        return bytes.map { String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16) }.joined()
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
