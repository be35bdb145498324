/// An address of the Internet Protocol, of version 4 or 6.
struct Address: Hashable, Comparable {
    let isSix: Bool
    /// The first 64 bits; 0 with version 4.
    let high: UInt64
    /// The other 64 bits, or the 32 of version 4.
    let low: UInt64

    private init(isSix: Bool, high: UInt64, low: UInt64) {
        (self.isSix, self.high, self.low) = (isSix, high, low)
    }

    /// Reads `10.0.0.1` or `2001:db8::1`.
    init?(_ text: some Collection<UInt8>) {
        guard text.contains(UInt8(ascii: ":")) else {
            guard let four = Self.four(text) else { return nil }
            self.init(isSix: false, high: 0, low: UInt64(four))
            return
        }
        guard let groups = Self.groups(text) else { return nil }
        func joined(_ part: ArraySlice<UInt16>) -> UInt64 { part.reduce(0) { $0 << 16 | UInt64($1) } }
        self.init(isSix: true, high: joined(groups[..<4]), low: joined(groups[4...]))
    }

    static func < (one: Address, other: Address) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }

    private static func four(_ text: some Collection<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isDigit) else { return nil }
            let number = part.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard number < 256, part.count == 1 || part.first != 0x30 else { return nil }
            address = address << 8 | UInt32(number)
        }
        return address
    }

    private static func groups(_ text: some Collection<UInt8>) -> [UInt16]? {
        let bytes = Array(text)
        guard bytes.count <= 45 else { return nil }
        let gap = bytes.indices.dropLast().first {
            bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: ":")
        }
        guard let gap else {
            guard let groups = groups(ofPart: bytes[...]), groups.count == 8 else { return nil }
            return groups
        }
        guard let left = gap == 0 ? [] : groups(ofPart: bytes[..<gap]),
            let right = gap + 2 == bytes.count ? [] : groups(ofPart: bytes[(gap + 2)...]),
            left.count + right.count < 8
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    private static func groups(ofPart bytes: ArraySlice<UInt8>) -> [UInt16]? {
        var groups: [UInt16] = []
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = four(part) {
                groups += [UInt16(four >> 16), UInt16(four & 0xFFFF)]
                continue
            }
            guard (1...4).contains(part.count), let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.first != UInt8(ascii: "+")
            else { return nil }
            groups.append(group)
        }
        return groups
    }

    /// The addresses whose first so many bits are this one's.
    func block(ofBits bits: Int) -> ClosedRange<Address>? {
        guard (0...(isSix ? 128 : 32)).contains(bits) else { return nil }
        func mask(_ bits: Int, of size: Int) -> UInt64 {
            let all: UInt64 = size == 64 ? .max : 0xFFFF_FFFF
            return bits <= 0 ? 0 : bits >= size ? all : all & ~(all >> UInt64(bits))
        }
        let size = isSix ? 64 : 32
        let (highMask, lowMask) = isSix ? (mask(bits, of: 64), mask(bits - 64, of: 64)) : (.max, mask(bits, of: 32))
        let all: UInt64 = size == 64 ? .max : 0xFFFF_FFFF
        let first = Address(isSix: isSix, high: high & highMask, low: low & lowMask)
        let last = Address(isSix: isSix, high: isSix ? high | ~highMask : 0, low: low & lowMask | (all & ~lowMask))
        return first...last
    }
}
