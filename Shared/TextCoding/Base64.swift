import FoundationEssentials

/// Base64 (RFC 4648).
public enum Base64 {
    /// The octets in the standard alphabet, with padding.
    public static func encode(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](Data(bytes).base64EncodedData())
    }

    /// The octets of a text in the standard or the URL-safe alphabet, with or without padding, as proto3's JSON mapping
    /// allows; `nil` when it is neither.
    public static func decode(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        // Foundation passes over what follows padding.
        guard padding == 0 || padding <= 2 && digits.count % 4 == 0,
            !digits.dropLast(padding).contains(UInt8(ascii: "="))
        else { return nil }
        for (index, octet) in digits.enumerated() {
            if octet == UInt8(ascii: "-") { digits[index] = UInt8(ascii: "+") }
            if octet == UInt8(ascii: "_") { digits[index] = UInt8(ascii: "/") }
        }
        digits += repeatElement(UInt8(ascii: "="), count: (4 - digits.count % 4) % 4)
        return Data(base64Encoded: Data(digits)).map { [UInt8]($0) }
    }
}
