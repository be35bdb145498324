/// Reads pairs of keys and values from a line: `level=info msg="all is well"`.
struct LogfmtReader {
    /// Why a line is no logfmt.
    struct Fault: Error {
        let message: String
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let isStrict: Bool
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, isStrict: Bool) {
        self.bytes = bytes
        self.isStrict = isStrict
    }

    /// The next pair; a key that stands alone has an empty value. What is no pair is left out, unless it is to be a fault.
    mutating func next() throws(Fault) -> (key: String, value: String)? {
        while true {
            while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
            guard position < bytes.count else { return nil }
            do {
                return try pair()
            } catch {
                if isStrict { throw error }
                while position < bytes.count, bytes[position] > 0x20 { position += 1 }
            }
        }
    }

    private mutating func pair() throws(Fault) -> (key: String, value: String) {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: "="),
            bytes[position] != UInt8(ascii: "\"")
        {
            position += 1
        }
        let key = String(decoding: bytes[start..<position], as: UTF8.self)
        guard position < bytes.count, bytes[position] > 0x20 else { return (key, "") }
        guard bytes[position] == UInt8(ascii: "="), !key.isEmpty else {
            throw Fault(message: "logfmt syntax error at pos \(position + 1) : unexpected '\(character)'")
        }
        position += 1
        guard position < bytes.count, bytes[position] > 0x20 else { return (key, "") }
        if bytes[position] == UInt8(ascii: "\"") { return (key, try quoted()) }
        let valueStart = position
        while position < bytes.count, bytes[position] > 0x20 {
            guard bytes[position] != UInt8(ascii: "\"") else {
                throw Fault(message: "logfmt syntax error at pos \(position + 1) : unexpected '\"'")
            }
            position += 1
        }
        return (key, String(decoding: bytes[valueStart..<position], as: UTF8.self))
    }

    private var character: Character {
        Character(Unicode.Scalar(bytes[position]))
    }

    private mutating func quoted() throws(Fault) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), position < bytes.count else {
                text.append(byte)
                continue
            }
            switch bytes[position] {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case let other: text.append(other)
            }
            position += 1
        }
        throw Fault(message: "logfmt syntax error at pos \(start + 1) : unterminated quoted value")
    }
}
