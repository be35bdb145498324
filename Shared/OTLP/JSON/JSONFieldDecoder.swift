import TextCoding

/// Reads OTLP/JSON. Unknown names are ignored, `null` is a default, and 64-bit integers may be strings or numbers.
struct JSONFieldDecoder: FieldDecoder {
    private let value: JSONValue
    private let budget: SharedBudget

    /// Reads a whole text.
    static func decode<Message: OTLPMessage>(_ bytes: [UInt8]) throws(OTLPDecodingError) -> Message {
        let budget = SharedBudget(ElementBudget(inputBytes: bytes.count))
        return try JSONFieldDecoder(try JSONParser.parse(bytes), budget).read(Message.self)
    }

    private init(_ value: JSONValue, _ budget: SharedBudget) {
        self.value = value
        self.budget = budget
    }

    /// One budget for all the decoders of a text, which are made and used by one task.
    private final class SharedBudget {
        var budget: ElementBudget

        init(_ budget: ElementBudget) {
            self.budget = budget
        }
    }

    /// Reads a whole message.
    func read<Message: OTLPMessage>(_ type: Message.Type) throws(OTLPDecodingError) -> Message {
        guard case .object(let members) = value else { throw OTLPDecodingError("\(type) is not an object.") }
        var message = Message()
        for (name, value) in members {
            guard value != .null, let number = type.fieldNumbers[name] else { continue }
            var decoder = JSONFieldDecoder(value, budget)
            do throws(OTLPDecodingError) {
                try message.decode(field: number, from: &decoder)
            } catch {
                throw OTLPDecodingError("\(name): \(error.description)")
            }
        }
        return message
    }

    // MARK: Primitives

    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(OTLPDecodingError) -> Integer {
        switch value {
        case .number(let text), .string(let text):
            if let integer = Integer(text) { return integer }
            if let double = Double(text), let integer = Integer(exactly: double) { return integer }
        default: break
        }
        throw OTLPDecodingError("must be an integer of \(Integer.bitWidth) bits.")
    }

    private func elements() throws(OTLPDecodingError) -> [JSONValue] {
        guard case .array(let values) = value else { throw OTLPDecodingError("must be an array.") }
        return values
    }

    // MARK: Fields

    func string() throws(OTLPDecodingError) -> String {
        guard case .string(let text) = value else { throw OTLPDecodingError("must be a string.") }
        return text
    }

    func strings(appendingTo values: inout [String]) throws(OTLPDecodingError) {
        for element in try elements() { values.append(try JSONFieldDecoder(element, budget).string()) }
    }

    func bool() throws(OTLPDecodingError) -> Bool {
        guard case .bool(let bool) = value else { throw OTLPDecodingError("must be true or false.") }
        return bool
    }

    func enumeration() throws(OTLPDecodingError) -> Int32 { try integer(Int32.self) }
    func int32() throws(OTLPDecodingError) -> Int32 { try integer(Int32.self) }
    func sint32() throws(OTLPDecodingError) -> Int32 { try integer(Int32.self) }
    func uint32() throws(OTLPDecodingError) -> UInt32 { try integer(UInt32.self) }
    func fixed32() throws(OTLPDecodingError) -> UInt32 { try integer(UInt32.self) }
    func int64() throws(OTLPDecodingError) -> Int64 { try integer(Int64.self) }
    func sfixed64() throws(OTLPDecodingError) -> Int64 { try integer(Int64.self) }
    func fixed64() throws(OTLPDecodingError) -> UInt64 { try integer(UInt64.self) }

    func fixed64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError) {
        for element in try elements() { values.append(try JSONFieldDecoder(element, budget).fixed64()) }
    }

    func uint64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError) {
        try fixed64s(appendingTo: &values)
    }

    func double() throws(OTLPDecodingError) -> Double {
        switch value {
        case .number(let text):
            if let double = Double(text) { return double }
        case .string("NaN"): return .nan
        case .string("Infinity"): return .infinity
        case .string("-Infinity"): return -.infinity
        case .string(let text):
            if let double = Double(text), double.isFinite { return double }
        default: break
        }
        throw OTLPDecodingError("must be a number.")
    }

    func doubles(appendingTo values: inout [Double]) throws(OTLPDecodingError) {
        for element in try elements() { values.append(try JSONFieldDecoder(element, budget).double()) }
    }

    func traceID() throws(OTLPDecodingError) -> TraceID {
        let text = try string()
        guard !text.isEmpty else { return .none }
        guard let id = TraceID(text) else { throw OTLPDecodingError("must be 32 hexadecimal digits.") }
        return id
    }

    func spanID() throws(OTLPDecodingError) -> SpanID {
        let text = try string()
        guard !text.isEmpty else { return .none }
        guard let id = SpanID(text) else { throw OTLPDecodingError("must be 16 hexadecimal digits.") }
        return id
    }

    func bytes() throws(OTLPDecodingError) -> [UInt8] {
        guard let bytes = Base64.decode(try string()) else { throw OTLPDecodingError("must be base64.") }
        return bytes
    }

    func anyValue() throws(OTLPDecodingError) -> AnyValue {
        try read(AnyValueMessage.self).value
    }

    func message<Message: OTLPMessage>(_ type: Message.Type) throws(OTLPDecodingError) -> Message {
        try read(type)
    }

    func appendMessages<Message: OTLPMessage>(to messages: inout [Message]) throws(OTLPDecodingError) {
        for element in try elements() {
            try budget.budget.spend(MemoryLayout<Message>.stride)
            messages.append(try JSONFieldDecoder(element, budget).read(Message.self))
        }
    }

    func skip() {}
}
