/// A `KeyValue` message.
struct WireAttribute {
    private(set) var key = WireBytes.none
    /// The `AnyValue` message.
    private(set) var value = WireBytes.none

    /// How many attributes an item may have: two bytes on the wire say one that takes thirty in memory.
    static let limit = 65_536

    @inline(__always)
    init(_ message: WireReader) throws(WireError) {
        guard let (key, value) = Self.inOrder(message.bytes) else {
            try read(anyOrder: message)
            return
        }
        self.key = key
        self.value = value
        if message.checks {
            guard key.isText else { throw .badText }
            try WireValue.check(value, in: message)
        }
    }

    /// The key and the value of a message as everybody writes it: each once, in order, and both short.
    @inline(__always)
    private static func inOrder(_ bytes: WireBytes) -> (key: WireBytes, value: WireBytes)? {
        guard bytes.count >= 4, bytes[0] == 1 << 3 | 2, bytes[1] < 0x80 else { return nil }
        let start = Int(bytes[1]) + 4
        guard start <= bytes.count, bytes[start - 2] == 2 << 3 | 2, bytes[start - 1] < 0x80,
            Int(bytes[start - 1]) == bytes.count - start
        else { return nil }
        return (WireBytes(rebasing: bytes[2..<start - 2]), WireBytes(rebasing: bytes[start...]))
    }

    @inline(never)
    private mutating func read(anyOrder message: WireReader) throws(WireError) {
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: key = try reader.text()
            case 2 << 3 | 2: value = try WireValue.checked(reader)
            default: break
            }
        }
    }
}

extension [WireAttribute] {
    /// Appends the `KeyValue` message that a field holds.
    @inline(__always)
    mutating func append(attribute reader: WireReader) throws(WireError) {
        guard count < WireAttribute.limit else { throw .tooMany }
        append(try WireAttribute(reader.message()))
    }
}

extension ArraySlice<WireAttribute> {
    /// About how many bytes these take in a row.
    var rowBytes: Int { reduce(0) { $0 + $1.key.count + $1.value.count * 4 / 3 + 6 } }
}
