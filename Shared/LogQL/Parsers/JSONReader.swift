/// Reads a document of JSON piece by piece, without making a tree of it.
struct JSONReader {
    /// Why a line is no document of JSON.
    struct Fault: Error {
        let message: String
    }

    /// How deep a document may be nested.
    private static let maximumDepth = 128

    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The first byte of what comes next, 0 at the end.
    mutating func peek() -> UInt8 {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return 0
    }

    private mutating func expect(_ byte: UInt8) throws(Fault) {
        guard peek() == byte else { throw unexpected() }
        position += 1
    }

    private func unexpected() -> Fault {
        position < bytes.count
            ? Fault(message: "unexpected byte at \(position)") : Fault(message: "unexpected end of JSON input")
    }

    /// Sees to it that nothing stands behind the document.
    mutating func finish() throws(Fault) {
        if peek() != 0 || position < bytes.count { throw unexpected() }
    }

    // MARK: - Objects and arrays

    /// Hands over the names of an object's members; the body reads each value.
    mutating func members(_ body: (inout JSONReader, String) throws(Fault) -> Void) throws(Fault) {
        try expect(UInt8(ascii: "{"))
        if peek() == UInt8(ascii: "}") { return position += 1 }
        while true {
            let name = try string()
            try expect(UInt8(ascii: ":"))
            try body(&self, name)
            guard peek() == UInt8(ascii: ",") else { break }
            position += 1
        }
        try expect(UInt8(ascii: "}"))
    }

    /// Goes through an array; the body reads each element.
    mutating func elements(_ body: (inout JSONReader, Int) throws(Fault) -> Void) throws(Fault) {
        try expect(UInt8(ascii: "["))
        if peek() == UInt8(ascii: "]") { return position += 1 }
        var index = 0
        while true {
            try body(&self, index)
            index += 1
            guard peek() == UInt8(ascii: ",") else { break }
            position += 1
        }
        try expect(UInt8(ascii: "]"))
    }

    /// Goes past a value.
    mutating func skip(depth: Int = 0) throws(Fault) {
        guard depth < Self.maximumDepth else { throw Fault(message: "the JSON nests too deeply") }
        switch peek() {
        case UInt8(ascii: "{"):
            try members { (reader, _) throws(Fault) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "["): try elements { (reader, _) throws(Fault) in try reader.skip(depth: depth + 1) }
        case UInt8(ascii: "\""): try skipString()
        default: _ = try word()
        }
    }

    /// A value as it is written.
    mutating func raw() throws(Fault) -> String {
        _ = peek()
        let start = position
        try skip()
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // MARK: - Scalars

    /// A number, `true`, `false` or `null` as it is written.
    mutating func word() throws(Fault) -> String {
        _ = peek()
        let start = position
        loop: while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: break loop
            default: position += 1
            }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(text) || Self.isNumber(bytes[start..<position]) else {
            position = start
            throw unexpected()
        }
        return text
    }

    private static func isNumber(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var rest = text
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        func takeDigits() -> Bool {
            let digits = rest.prefix(while: \.isDigit)
            rest = rest[digits.endIndex...]
            return !digits.isEmpty
        }
        guard takeDigits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard takeDigits() else { return false }
        }
        if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard takeDigits() else { return false }
        }
        return rest.isEmpty
    }

    private mutating func skipString() throws(Fault) {
        try expect(UInt8(ascii: "\""))
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else {
            position = bytes.count
            throw unexpected()
        }
        position += 1
    }

    /// A text without quotes and escapes.
    mutating func string() throws(Fault) -> String {
        _ = peek()
        let start = position + 1
        try skipString()
        let inner = bytes[start..<(position - 1)]
        guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
        return try Self.unescaped(inner)
    }

    private static func unescaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) throws(Fault) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "u"): result += Array(String(Character(try scalar(&rest))).utf8)
            case let other? where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(other):
                result.append(other)
            default: throw Fault(message: "an escape in a text is none")
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A character of `\u`, or of two of them; half of one becomes U+FFFD.
    private static func scalar(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) throws(Fault) -> Unicode.Scalar {
        func unit(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) throws(Fault) -> UInt32 {
            let digits = rest.prefix(4)
            guard digits.count == 4, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-"),
                let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw Fault(message: "an escape in a text is none") }
            rest = rest.dropFirst(4)
            return unit
        }
        let first = try unit(&rest)
        if (0xD800..<0xDC00).contains(first), rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            var ahead = rest.dropFirst(2)
            let second = try unit(&ahead)
            if (0xDC00..<0xE000).contains(second) {
                rest = ahead
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(first) ?? "\u{FFFD}"
    }

    // MARK: - Whole documents

    /// A document as a value for templates; `nil` for a text that is none.
    static func value(of text: String) -> TemplateValue? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = JSONReader(bytes)
            do {
                let value = try reader.value(depth: 0)
                try reader.finish()
                return value
            } catch {
                return nil
            }
        }
    }

    private mutating func value(depth: Int) throws(Fault) -> TemplateValue {
        guard depth < Self.maximumDepth else { throw Fault(message: "the JSON nests too deeply") }
        switch peek() {
        case UInt8(ascii: "{"):
            var map: [String: TemplateValue] = [:]
            try members { (reader, name) throws(Fault) in map[name] = try reader.value(depth: depth + 1) }
            return .map(map)
        case UInt8(ascii: "["):
            var list: [TemplateValue] = []
            try elements { (reader, _) throws(Fault) in list.append(try reader.value(depth: depth + 1)) }
            return .list(list)
        case UInt8(ascii: "\""): return .text(try string())
        default:
            switch try word() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .none
            case let number: return .float(Double(number) ?? .nan)
            }
        }
    }
}
