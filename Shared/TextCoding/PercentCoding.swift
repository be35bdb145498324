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
        octets(Substring(text).utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The decoded text, in which U+FFFD stands for what is not UTF-8; `nil` when an escape is malformed.
    public static func decodeRepairing(_ text: some StringProtocol) -> String? {
        octets(Substring(text).utf8).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The decoded text; `nil` when an escape is malformed or the result is not UTF-8.
    ///
    /// - Parameters:
    ///   - text: The text as UTF-8.
    ///   - keeping: An octet whose escapes stay as they are, since it would separate something once it is decoded.
    ///   - plusIsSpace: Whether `+` stands for a space, as in forms (URL Standard, section 5.1).
    public static func decode(
        _ text: Substring.UTF8View,
        keeping: UInt8? = nil,
        plusIsSpace: Bool = false
    ) -> String? {
        octets(text, keeping: keeping, plusIsSpace: plusIsSpace).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func octets(
        _ octets: Substring.UTF8View,
        keeping: UInt8? = nil,
        plusIsSpace: Bool = false
    ) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(octets.count)
        var octets = octets.makeIterator()
        while let octet = octets.next() {
            switch octet {
            case UInt8(ascii: "%"):
                guard let first = octets.next(), let second = octets.next(), let high = value(first),
                    let low = value(second)
                else { return nil }
                let octet = high << 4 | low
                if octet == keeping {
                    decoded += [UInt8(ascii: "%"), first, second]
                } else {
                    decoded.append(octet)
                }
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(octet)
            }
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
