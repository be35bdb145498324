extension String {
    /// Makes a string of bytes that are UTF-8 as they are; of others, nothing.
    ///
    /// Most telemetry is ASCII, for which the standard library's general validation costs more than the string.
    init?(strictUTF8 bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.isASCII {
            self.init(decoding: bytes, as: UTF8.self)
        } else {
            self.init(validating: bytes, as: UTF8.self)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate var isASCII: Bool {
        let raw = UnsafeRawBufferPointer(self)
        var index = 0
        while index &+ 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard word & 0x8080_8080_8080_8080 == 0 else { return false }
            index &+= 8
        }
        while index < raw.count {
            guard raw[index] < 0x80 else { return false }
            index &+= 1
        }
        return true
    }
}
