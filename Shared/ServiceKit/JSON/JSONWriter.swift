import TextCoding

/// A value that writes its own JSON.
///
/// For the documents that every visit asks for: a general encoder costs more than all else that is done for them.
/// ``JSON/encode(_:)`` uses it by itself. What is written must be what `Encodable` would write, members sorted by name.
public protocol JSONWritable: Encodable {
    /// Writes the value.
    func write(to json: inout JSONWriter)
}

/// Appends JSON (RFC 8259) to bytes.
public struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    /// Whether what comes next in the current object or array has something before it.
    private var needsComma = false

    init() { bytes.reserveCapacity(512) }

    /// Writes an object, whose members the closure writes.
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array of values.
    public mutating func array<Value: JSONWritable>(_ values: [Value]) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { json in
            for value in values {
                json.separate()
                value.write(to: &json)
            }
        }
    }

    /// Writes a member that is a text.
    public mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        JSONText.append(text, to: &bytes)
    }

    /// Writes a member that is a whole number.
    public mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Writes a member that is true or false.
    public mutating func member(_ name: StaticString, _ truth: Bool) {
        key(name)
        bytes.append(contentsOf: (truth ? "true" : "false").utf8)
    }

    /// Writes a member that is an object of its own.
    public mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes a member that is an array of values.
    public mutating func member(_ name: StaticString, _ values: [some JSONWritable]) {
        key(name)
        array(values)
    }

    /// Writes a member that is octets, in base64 (RFC 4648), as the general encoder writes `Data`.
    public mutating func member(_ name: StaticString, base64 octets: [UInt8]) {
        key(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: Base64.encode(octets))
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an object whose members are texts, sorted by name.
    mutating func object(of texts: [String: String]) {
        object { json in
            for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
                json.separate()
                JSONText.append(name, to: &json.bytes)
                json.bytes.append(UInt8(ascii: ":"))
                JSONText.append(text, to: &json.bytes)
            }
        }
    }

    private mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ content: (inout JSONWriter) -> Void) {
        bytes.append(open)
        needsComma = false
        content(&self)
        bytes.append(close)
        needsComma = true
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    /// Writes the elements in their order.
    public func write(to json: inout JSONWriter) { json.array(self) }
}

extension Dictionary: JSONWritable where Key == String, Value == String {
    /// Writes the elements as members, sorted by name.
    public func write(to json: inout JSONWriter) { json.object(of: self) }
}
