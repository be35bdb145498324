/// Bytes of a request's body, read in place. They are valid only while the body is held.
typealias WireBytes = UnsafeBufferPointer<UInt8>

extension WireBytes {
    /// No bytes.
    static var none: WireBytes { WireBytes(start: nil, count: 0) }

    /// Whether the bytes are UTF-8, which protobuf demands of strings.
    var isText: Bool {
        var index = 0
        let raw = UnsafeRawBufferPointer(self)
        while index + 8 <= count {
            guard raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                return isLongText
            }
            index += 8
        }
        while index < count {
            guard self[index] < 0x80 else { return isLongText }
            index += 1
        }
        return true
    }

    @inline(never)
    private var isLongText: Bool { String(validating: self, as: UTF8.self) != nil }

    /// A trace id, or none.
    func traceID() throws(WireError) -> (high: UInt64, low: UInt64) {
        guard count == 16 else {
            guard isEmpty else { throw .badTraceID }
            return (0, 0)
        }
        return (bigEndian(at: 0), bigEndian(at: 8))
    }

    /// A span id, or none.
    func spanID() throws(WireError) -> UInt64 {
        guard count == 8 else {
            guard isEmpty else { throw .badSpanID }
            return 0
        }
        return bigEndian(at: 0)
    }

    private func bigEndian(at offset: Int) -> UInt64 {
        UInt64(bigEndian: UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
