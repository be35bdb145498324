import FoundationEssentials

/// A value that is read from JSON in one pass.
///
/// For the documents that every visit sends and asks for: a general decoder costs more than all else that is done for
/// them. ``JSON/decode(_:from:)`` uses it by itself, and turns to `Decodable` for what the reader leaves, which is what is
/// rare and what is wrong. So mistakes are named as they are everywhere else.
public protocol JSONReadable: Decodable {
    /// Reads the value; `nil` leaves it to `Decodable`.
    init?(reading json: inout JSONReader)
}

/// Takes JSON (RFC 8259) from bytes, value by value.
///
/// Texts with escapes, fractions, exponents and deep nesting are left to the general decoder: every function answers
/// `false` or `nil` to what it does not read, and nothing is read after that.
public struct JSONReader {
    private static let deepest = 16
    /// So many digits fit into an `Int` whatever they are.
    private static let mostDigits = 18

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    /// Starts at the first of the bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        mutating get { next() == nil }
    }

    /// Reads an object. The closure gets the name of each member and reads its value.
    public mutating func object(_ member: (String, inout JSONReader) -> Bool) -> Bool {
        list(UInt8(ascii: "{"), UInt8(ascii: "}")) { json in
            guard let name = json.text(), json.take(UInt8(ascii: ":")) else { return false }
            return member(name, &json)
        }
    }

    /// Reads a text into a variable that has no value yet.
    public mutating func read(_ value: inout String?) -> Bool { set(&value, to: text()) }

    /// Reads a whole number into a variable that has no value yet.
    public mutating func read(_ value: inout Int?) -> Bool { set(&value, to: number()) }

    /// Reads true or false into a variable that has no value yet.
    public mutating func read(_ value: inout Bool?) -> Bool { set(&value, to: truth()) }

    /// Reads a value into a variable that has none yet.
    public mutating func read<Value: JSONReadable>(_ value: inout Value?) -> Bool {
        set(&value, to: Value(reading: &self))
    }

    /// Reads octets from base64 (RFC 4648), as the general decoder reads `Data`, into a variable that has no value yet.
    public mutating func read(base64 value: inout [UInt8]?) -> Bool {
        set(&value, to: text().flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) })
    }

    /// Reads past a value of any kind.
    public mutating func skip() -> Bool {
        switch next() {
        case UInt8(ascii: "{"): object { _, json in json.skip() }
        case UInt8(ascii: "["): list(UInt8(ascii: "["), UInt8(ascii: "]")) { $0.skip() }
        case UInt8(ascii: "\""): text() != nil
        case UInt8(ascii: "t"), UInt8(ascii: "f"): truth() != nil
        case UInt8(ascii: "n"): take("null")
        default: number() != nil
        }
    }

    /// Reads an array of values.
    mutating func array<Element: JSONReadable>(of type: Element.Type) -> [Element]? {
        var elements: [Element] = []
        let isRead = list(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            guard let element = Element(reading: &json) else { return false }
            elements.append(element)
            return true
        }
        return isRead ? elements : nil
    }

    /// A member that is there twice is left to the general decoder.
    private func set<Value>(_ variable: inout Value?, to value: Value?) -> Bool {
        guard variable == nil, let value else { return false }
        variable = value
        return true
    }

    private mutating func list(_ open: UInt8, _ close: UInt8, _ element: (inout JSONReader) -> Bool) -> Bool {
        guard depth < Self.deepest, take(open) else { return false }
        if take(close) { return true }
        depth += 1
        repeat {
            guard element(&self) else { return false }
        } while take(UInt8(ascii: ","))
        depth -= 1
        return take(close)
    }

    private mutating func text() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        var bits: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                let text = bytes[start..<position - 1]
                return bits < 0x80 ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
            }
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
            bits |= byte
            position += 1
        }
        return nil
    }

    private mutating func number() -> Int? {
        let isNegative = take(UInt8(ascii: "-"))
        let start = position
        var number = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            guard position - start < Self.mostDigits else { return nil }
            number = number * 10 + Int(digit)
            position += 1
        }
        let digits = position - start
        // No number begins with a zero but zero itself, which has no sign.
        guard digits > 0, bytes[start] != UInt8(ascii: "0") || (digits == 1 && !isNegative) else { return nil }
        switch position < bytes.count ? bytes[position] : 0 {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): return nil
        default: return isNegative ? -number : number
        }
    }

    private mutating func truth() -> Bool? {
        if take("true") { return true }
        return take("false") ? false : nil
    }

    private mutating func take(_ word: StaticString) -> Bool {
        guard next() != nil else { return false }
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[position..<end].elementsEqual($0) }) else { return false }
        position = end
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next() == byte else { return false }
        position += 1
        return true
    }

    /// The next byte that is no white space.
    private mutating func next() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    /// Reads the elements in their order.
    public init?(reading json: inout JSONReader) {
        guard let elements = json.array(of: Element.self) else { return nil }
        self = elements
    }
}

extension Dictionary: JSONReadable where Key == String, Value == String {
    /// Reads the members, which are texts. A name that is there twice is left to the general decoder.
    public init?(reading json: inout JSONReader) {
        var texts: [String: String] = [:]
        let isRead = json.object { name, json in
            var text: String?
            guard json.read(&text), texts[name] == nil else { return false }
            texts[name] = text
            return true
        }
        guard isRead else { return nil }
        self = texts
    }
}
