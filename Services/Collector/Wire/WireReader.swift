/// Steps through the fields of one protobuf message without copying anything.
///
/// Fields that a caller does not know are skipped whatever their wire type, groups included, and so are fields that it
/// knows in another wire type (Protocol Buffers, Unknown Fields).
struct WireReader {
    /// How deep messages and groups may nest, the request counted: an `AnyValue` can contain itself.
    private static let maximumDepth = 64

    /// The message.
    let bytes: WireBytes
    private let depth: Int
    /// Whether everything is looked at. What was checked once is only read the next time.
    let checks: Bool
    private var position = 0
    /// The field's number and wire type, as they are on the wire: `number << 3 | type`.
    private(set) var tag: UInt64 = 0
    /// The value of a field of fixed or variable length (wire types 0, 1 and 5).
    private(set) var scalar: UInt64 = 0
    /// The value of a field with a length (wire type 2).
    private(set) var content = WireBytes.none

    /// Reads a whole message.
    init(_ bytes: WireBytes, checks: Bool) {
        self.init(bytes, depth: 1, checks: checks)
    }

    private init(_ bytes: WireBytes, depth: Int, checks: Bool) {
        self.bytes = bytes
        self.depth = depth
        self.checks = checks
    }

    /// The fields of the message that this field holds.
    @inline(__always)
    func message() throws(WireError) -> WireReader { try message(content) }

    /// The fields of a message that lies in one of this.
    @inline(__always)
    func message(_ bytes: WireBytes) throws(WireError) -> WireReader {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        return WireReader(bytes, depth: depth + 1, checks: checks)
    }

    /// The text that this field holds.
    @inline(__always)
    func text() throws(WireError) -> WireBytes {
        if checks, !content.isText { throw .badText }
        return content
    }

    /// Goes to the next field; `false` at the end of the message.
    @inline(__always)
    mutating func next() throws(WireError) -> Bool {
        guard position < bytes.count else { return false }
        tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw .badField }
        try readValue()
        return true
    }

    @inline(__always)
    private mutating func readValue() throws(WireError) {
        switch tag & 7 {
        case 0: scalar = try varint()
        case 1: scalar = UInt64(littleEndian: try fixed(UInt64.self))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.count - position) else { throw .truncated }
            content = WireBytes(rebasing: bytes[position..<position + Int(length)])
            position += Int(length)
        case 3: try skipGroup()
        case 5: scalar = UInt64(UInt32(littleEndian: try fixed(UInt32.self)))
        default: throw .badField
        }
    }

    /// Groups are fields between two tags, in which there may be further groups. OTLP has none.
    @inline(never)
    private mutating func skipGroup() throws(WireError) {
        let outermost = tag
        var open = [tag >> 3]
        while let innermost = open.last {
            guard depth + open.count <= Self.maximumDepth else { throw .tooDeep }
            guard position < bytes.count else { throw .truncated }
            tag = try varint()
            guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw .badField }
            switch tag & 7 {
            case 3: open.append(tag >> 3)
            case 4 where tag >> 3 == innermost: open.removeLast()
            default: try readValue()
            }
        }
        tag = outermost
    }

    @inline(__always)
    private mutating func varint() throws(WireError) -> UInt64 {
        guard position < bytes.count else { throw .truncated }
        let first = bytes[position]
        position += 1
        return first < 0x80 ? UInt64(first) : try longVarint(UInt64(first & 0x7F))
    }

    private mutating func longVarint(_ first: UInt64) throws(WireError) -> UInt64 {
        var value = first
        var shift: UInt64 = 7
        while position < bytes.count {
            let octet = bytes[position]
            position += 1
            guard shift < 63 || octet <= 1 else { throw .badNumber }
            value |= UInt64(octet & 0x7F) << shift
            if octet < 0x80 { return value }
            shift += 7
        }
        throw .truncated
    }

    @inline(__always)
    private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(WireError) -> Number {
        let size = MemoryLayout<Number>.size
        guard bytes.count - position >= size else { throw .truncated }
        defer { position += size }
        return UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: Number.self)
    }
}
