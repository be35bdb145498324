/// Reads JSON texts, strictly, without recursing deeper than a bound.
struct JSONParser {
    /// How deep values may nest.
    static let maximumDepth = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Reads a whole text.
    static func parse(_ bytes: [UInt8]) throws(OTLPDecodingError) -> JSONValue {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONValue, OTLPDecodingError> in
            var parser = JSONParser(bytes: buffer)
            do throws(OTLPDecodingError) {
                let value = try parser.value(depth: 0)
                parser.skipWhitespace()
                guard parser.position == buffer.count else { throw parser.error("something follows the value") }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private func error(_ reason: String) -> OTLPDecodingError {
        OTLPDecodingError("Not JSON at byte \(position): \(reason).")
    }

    private mutating func skipWhitespace() {
        while let octet = peek(), octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09 { position += 1 }
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(OTLPDecodingError) {
        guard take(character) else { throw error("'\(character)' is missing") }
    }

    private mutating func value(depth: Int) throws(OTLPDecodingError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("values nest too deeply") }
        skipWhitespace()
        switch peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let octet? where octet == UInt8(ascii: "-") || octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9"):
            return .number(try number())
        default: throw error("a value is missing")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(OTLPDecodingError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw error("a value is misspelt") }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(OTLPDecodingError) -> JSONValue {
        try expect("{")
        var members: [(name: String, value: JSONValue)] = []
        skipWhitespace()
        if take("}") { return .object([]) }
        repeat {
            skipWhitespace()
            let name = try string()
            skipWhitespace()
            try expect(":")
            members.append((name, try value(depth: depth + 1)))
            skipWhitespace()
        } while take(",")
        try expect("}")
        return .object(members)
    }

    private mutating func array(depth: Int) throws(OTLPDecodingError) -> JSONValue {
        try expect("[")
        var values: [JSONValue] = []
        skipWhitespace()
        if take("]") { return .array([]) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipWhitespace()
        } while take(",")
        try expect("]")
        return .array(values)
    }

    private mutating func number() throws(OTLPDecodingError) -> String {
        let start = position
        _ = take("-")
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
            throw error("a number is malformed")
        }
        if take("."), digits() == 0 { throw error("a number is malformed") }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { throw error("a number is malformed") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let octet = peek(), octet >= UInt8(ascii: "0"), octet <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func string() throws(OTLPDecodingError) -> String {
        try expect("\"")
        let start = position
        while let octet = peek(), octet != UInt8(ascii: "\""), octet != UInt8(ascii: "\\"), octet >= 0x20 {
            position += 1
        }
        if peek() == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(UnsafeBufferPointer(rebasing: bytes[start..<position]))
        }
        var unescaped = Array(bytes[start..<position])
        while let octet = peek() {
            position += 1
            switch octet {
            case UInt8(ascii: "\""):
                guard let text = unescaped.withUnsafeBufferPointer(String.init(strictUTF8:)) else {
                    throw error("a string is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): try escape(&unescaped)
            case 0..<0x20: throw error("a string has a control character")
            default: unescaped.append(octet)
            }
        }
        throw error("a string has no end")
    }

    private func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(OTLPDecodingError) -> String {
        guard let text = String(strictUTF8: bytes) else { throw error("a string is not UTF-8") }
        return text
    }

    private mutating func escape(_ output: inout [UInt8]) throws(OTLPDecodingError) {
        guard let octet = peek() else { throw error("a string has no end") }
        position += 1
        switch octet {
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(octet)
        case UInt8(ascii: "u"): output += Array(String(try escapedScalar()).utf8)
        default: throw error("an escape is not known")
        }
    }

    /// One half of a surrogate pair alone becomes U+FFFD: JavaScript cuts texts in the middle of a character, and that is
    /// no reason to lose them.
    private mutating func escapedScalar() throws(OTLPDecodingError) -> Unicode.Scalar {
        let unit = try hexadecimal()
        guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
        let before = position
        if take("\\"), take("u"), case let low = try hexadecimal(), (0xDC00..<0xE000).contains(low) {
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        }
        position = before
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(OTLPDecodingError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let octet = peek(), let digit = Hexadecimal.digit(octet) else {
                throw error("an escape is malformed")
            }
            position += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
