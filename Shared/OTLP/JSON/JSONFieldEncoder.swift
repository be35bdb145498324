import TextCoding

/// Writes OTLP/JSON: proto3's JSON mapping with lower-camel-case names, except that ids are hexadecimal and
/// enumerations are numbers (OTLP specification, JSON Protobuf Encoding). 64-bit integers are strings.
struct JSONFieldEncoder: FieldEncoder, ~Copyable {
    private(set) var output: [UInt8] = []
    private var isFirst = true

    /// Writes a whole message.
    mutating func write<Message: OTLPMessage>(_ message: Message) {
        if let message = message as? AnyValueMessage {
            write(message.value)
            return
        }
        let wasFirst = isFirst
        output.append(UInt8(ascii: "{"))
        isFirst = true
        message.encode(to: &self)
        output.append(UInt8(ascii: "}"))
        isFirst = wasFirst
    }

    // MARK: Primitives

    private mutating func begin(_ name: StaticString) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        output.append(UInt8(ascii: "\""))
        output.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        output.append(contentsOf: "\":".utf8)
    }

    private mutating func text(_ value: String) {
        JSONText.append(value, to: &output)
    }

    private mutating func plain(_ value: some CustomStringConvertible) {
        output.append(contentsOf: value.description.utf8)
    }

    private mutating func quoted(_ value: some CustomStringConvertible) {
        output.append(UInt8(ascii: "\""))
        plain(value)
        output.append(UInt8(ascii: "\""))
    }

    private mutating func real(_ value: Double) {
        if value.isFinite {
            plain(value)
        } else {
            quoted(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
        }
    }

    private mutating func list<Element>(_ values: [Element], _ write: (inout Self, Element) -> Void) {
        output.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            write(&self, value)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(base64 bytes: [UInt8]) {
        output.append(UInt8(ascii: "\""))
        output.append(contentsOf: Base64.encode(bytes))
        output.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ value: AnyValue) {
        let wasFirst = isFirst
        isFirst = true
        output.append(UInt8(ascii: "{"))
        switch value {
        case .empty: break
        case .string(let value):
            begin("stringValue")
            text(value)
        case .bool(let value):
            begin("boolValue")
            plain(value)
        case .int(let value):
            begin("intValue")
            quoted(value)
        case .double(let value):
            begin("doubleValue")
            real(value)
        case .array(let values):
            begin("arrayValue")
            output.append(contentsOf: #"{"values":"#.utf8)
            list(values) { $0.write($1) }
            output.append(UInt8(ascii: "}"))
        case .keyValues(let pairs):
            begin("kvlistValue")
            output.append(contentsOf: #"{"values":"#.utf8)
            list(pairs) { $0.write($1) }
            output.append(UInt8(ascii: "}"))
        case .bytes(let bytes):
            begin("bytesValue")
            write(base64: bytes)
        }
        output.append(UInt8(ascii: "}"))
        isFirst = wasFirst
    }

    // MARK: Fields

    mutating func string(_ number: Int, _ name: StaticString, _ value: String) {
        guard !value.isEmpty else { return }
        begin(name)
        text(value)
    }

    mutating func strings(_ number: Int, _ name: StaticString, _ values: [String]) {
        guard !values.isEmpty else { return }
        begin(name)
        list(values) { $0.text($1) }
    }

    mutating func bool(_ number: Int, _ name: StaticString, _ value: Bool) {
        guard value else { return }
        begin(name)
        plain(value)
    }

    mutating func enumeration(_ number: Int, _ name: StaticString, _ value: Int32) { int32(number, name, value) }

    mutating func int32(_ number: Int, _ name: StaticString, _ value: Int32) {
        guard value != 0 else { return }
        begin(name)
        plain(value)
    }

    mutating func sint32(_ number: Int, _ name: StaticString, _ value: Int32) { int32(number, name, value) }

    mutating func uint32(_ number: Int, _ name: StaticString, _ value: UInt32) {
        guard value != 0 else { return }
        begin(name)
        plain(value)
    }

    mutating func fixed32(_ number: Int, _ name: StaticString, _ value: UInt32) { uint32(number, name, value) }

    mutating func int64(_ number: Int, _ name: StaticString, _ value: Int64) {
        guard value != 0 else { return }
        begin(name)
        quoted(value)
    }

    mutating func fixed64(_ number: Int, _ name: StaticString, _ value: UInt64) {
        guard value != 0 else { return }
        begin(name)
        quoted(value)
    }

    mutating func fixed64s(_ number: Int, _ name: StaticString, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        begin(name)
        list(values) { $0.quoted($1) }
    }

    mutating func uint64s(_ number: Int, _ name: StaticString, _ values: [UInt64]) { fixed64s(number, name, values) }

    mutating func double(_ number: Int, _ name: StaticString, _ value: Double) {
        guard value.bitPattern != 0 else { return }
        begin(name)
        real(value)
    }

    mutating func doubles(_ number: Int, _ name: StaticString, _ values: [Double]) {
        guard !values.isEmpty else { return }
        begin(name)
        list(values) { $0.real($1) }
    }

    mutating func optionalDouble(_ number: Int, _ name: StaticString, _ value: Double?) {
        guard let value else { return }
        begin(name)
        real(value)
    }

    mutating func number(asDouble: Int, asInt: Int, _ value: NumberValue?) {
        switch value {
        case .double(let value):
            begin("asDouble")
            real(value)
        case .int(let value):
            begin("asInt")
            quoted(value)
        case nil: break
        }
    }

    mutating func traceID(_ number: Int, _ name: StaticString, _ id: TraceID) {
        guard id.isValid else { return }
        begin(name)
        quoted(id)
    }

    mutating func spanID(_ number: Int, _ name: StaticString, _ id: SpanID) {
        guard id.isValid else { return }
        begin(name)
        quoted(id)
    }

    mutating func bytes(_ number: Int, _ name: StaticString, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        begin(name)
        write(base64: value)
    }

    mutating func anyValue(_ number: Int, _ name: StaticString, _ value: AnyValue) {
        if case .empty = value { return }
        begin(name)
        write(value)
    }

    mutating func attributes(_ number: Int, _ name: StaticString, _ attributes: [KeyValue]) {
        messages(number, name, attributes)
    }

    mutating func member<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ message: Message) {
        begin(name)
        write(message)
    }

    mutating func messages<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ messages: [Message]) {
        guard !messages.isEmpty else { return }
        begin(name)
        list(messages) { $0.write($1) }
    }

    mutating func message<Message: OTLPMessage & Equatable>(
        _ number: Int,
        _ name: StaticString,
        _ message: Message
    ) {
        if message != Message() { member(number, name, message) }
    }
}
