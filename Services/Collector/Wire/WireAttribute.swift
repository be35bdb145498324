/// A `KeyValue` message.
struct WireAttribute {
    private(set) var key = WireBytes.none
    /// The `AnyValue` message.
    private(set) var value = WireBytes.none

    /// How many attributes an item may have: two bytes on the wire say one that takes thirty in memory.
    static let limit = 65_536

    init(_ message: WireReader) throws(WireError) {
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
