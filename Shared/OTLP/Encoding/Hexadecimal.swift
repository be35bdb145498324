/// Hexadecimal digits of 64-bit numbers.
enum Hexadecimal {
    static func write(_ value: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int) {
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * index)) & 0xF
            buffer[offset + index] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
        }
    }

    static func read(_ digits: inout some IteratorProtocol<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for _ in 0..<16 {
            guard let octet = digits.next(), let digit = digit(octet) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
