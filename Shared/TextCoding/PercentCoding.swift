/// Percent-encoding (RFC 3986, section 2.1).
public enum PercentCoding {
    /// The text with every octet escaped that is not unreserved (RFC 3986, section 2.3): letters, digits, `-`, `.`, `_`
    /// and `~` stay.
    ///
    /// What comes out can stand in any part of a URL, as a name or a value of a query too: a space becomes `%20`, a plus
    /// `%2B`.
    public static func encode(_ text: String) -> String { encode(text, keeping: isUnreserved) }

    /// The text with every octet escaped that is not kept. A percent sign is always escaped.
    public static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        func stays(_ octet: UInt8) -> Bool { octet != UInt8(ascii: "%") && isKept(octet) }
        guard !text.utf8.allSatisfy(stays) else { return text }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count + 16)
        for octet in text.utf8 {
            if stays(octet) {
                encoded.append(octet)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digit(octet >> 4))
                encoded.append(digit(octet & 0xF))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The decoded text; `nil` when an escape is malformed or the result is not UTF-8.
    public static func decode(_ text: some StringProtocol) -> String? {
        octets(text).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The decoded text, in which U+FFFD stands for what is not UTF-8; `nil` when an escape is malformed.
    public static func decodeRepairing(_ text: some StringProtocol) -> String? {
        octets(text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func octets(_ text: some StringProtocol) -> [UInt8]? {
        var decoded: [UInt8] = []
        var octets = text.utf8.makeIterator()
        while let octet = octets.next() {
            guard octet == UInt8(ascii: "%") else {
                decoded.append(octet)
                continue
            }
            guard let high = octets.next().flatMap(value), let low = octets.next().flatMap(value) else { return nil }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? nibble + UInt8(ascii: "0") : nibble - 10 + UInt8(ascii: "A")
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
