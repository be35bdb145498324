/// Reads ClickHouse's `RowBinary` format: values one after the other, without names and types.
struct RowBinaryReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads values out of bytes that were taken before.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether all was read.
    var isAtEnd: Bool { position >= bytes.count }

    /// A number of variable length (LEB128).
    mutating func count() throws -> Int {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let octet = try number(UInt8.self)
            guard shift < 63 else { throw Truncated() }
            result |= UInt64(octet & 0x7F) << shift
            if octet & 0x80 == 0 { return Int(result) }
            shift += 7
        }
    }

    /// A number of fixed length.
    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let size = MemoryLayout<Number>.size
        guard position + size <= bytes.count else { throw Truncated() }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Number.self) }
        position += size
        return Number(littleEndian: value)
    }

    /// A `Float64`.
    mutating func double() throws -> Double {
        Double(bitPattern: try number(UInt64.self))
    }

    /// A `String`; what is not UTF-8 in it is repaired.
    mutating func text() throws -> String {
        let length = try count()
        guard length <= bytes.count - position else { throw Truncated() }
        defer { position += length }
        return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }

    /// An `Array`.
    mutating func array<Element>(_ element: (inout RowBinaryReader) throws -> Element) throws -> [Element] {
        let length = try count()
        guard length <= bytes.count - position else { throw Truncated() }
        var elements: [Element] = []
        elements.reserveCapacity(length)
        for _ in 0..<length { elements.append(try element(&self)) }
        return elements
    }

    /// A `Map` of texts; the last of two equal keys counts.
    mutating func map() throws -> [String: String] {
        let length = try count()
        guard length <= bytes.count - position else { throw Truncated() }
        var map: [String: String] = [:]
        for _ in 0..<length {
            let key = try text()
            map[key] = try text()
        }
        return map
    }

    /// Goes past a `Map` of texts.
    mutating func skipMap() throws {
        let length = try count()
        guard length <= bytes.count - position else { throw Truncated() }
        for _ in 0..<2 * length { try skipText() }
    }

    /// Goes past a `String`.
    mutating func skipText() throws {
        let length = try count()
        guard length <= bytes.count - position else { throw Truncated() }
        position += length
    }

    /// The values that a body reads, as the bytes that they are: what is the same needs to be read once.
    mutating func bytes(_ body: (inout RowBinaryReader) throws -> Void) throws -> ArraySlice<UInt8> {
        let start = position
        try body(&self)
        return bytes[start..<position]
    }

    /// The bytes end before the value does.
    struct Truncated: Error {}
}
