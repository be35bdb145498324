/// Percent-encoding as W3C Baggage and the OTEL_* lists use it (RFC 3986, section 2.1).
enum PercentEncoding {
    /// The decoded text; `nil` when an escape is malformed, or when the bytes are not UTF-8.
    static func decode(_ text: some StringProtocol) -> String? {
        bytes(text).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The decoded text; `nil` when an escape is malformed. Bytes that are not UTF-8 become U+FFFD, as W3C Baggage wants
    /// it (section 3.3.1.3).
    static func decodeRepairing(_ text: some StringProtocol) -> String? {
        bytes(text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let octet = iterator.next() {
            guard octet == UInt8(ascii: "%") else {
                bytes.append(octet)
                continue
            }
            guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// The text with every byte escaped that a baggage value may not contain.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for octet in text.utf8 {
            switch octet {
            case 0x21, 0x23...0x24, 0x26...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(octet))
            default:
                encoded += "%"
                for nibble in [octet >> 4, octet & 0xF] {
                    encoded.unicodeScalars.append(Unicode.Scalar(nibble < 10 ? nibble + 0x30 : nibble - 10 + 0x41))
                }
            }
        }
        return encoded
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case 0x30...0x39: octet - 0x30
        case 0x41...0x46: octet - 0x41 + 10
        case 0x61...0x66: octet - 0x61 + 10
        default: nil
        }
    }
}
