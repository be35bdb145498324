/// Reads protobuf's wire format. Hostile input throws; it never traps, and takes memory in proportion to its size only.
struct ProtobufDecoder: FieldDecoder {
    /// How deep messages may nest: an AnyValue can contain itself.
    static let maximumDepth = 64

    private let input: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var end: Int
    private var wireType: UInt64 = 0
    private var fieldNumber = 0
    private var depth = 0
    private var budget: ElementBudget

    init(_ input: UnsafeBufferPointer<UInt8>) {
        self.input = input
        end = input.count
        budget = ElementBudget(inputBytes: input.count)
    }

    /// Reads a whole message.
    mutating func read<Message: OTLPMessage>(_ type: Message.Type) throws(OTLPDecodingError) -> Message {
        guard depth < Self.maximumDepth else { throw OTLPDecodingError("Messages nest too deeply.") }
        depth += 1
        defer { depth -= 1 }
        var message = Message()
        while position < end {
            try tag()
            let start = position
            do throws(OTLPDecodingError) {
                try message.decode(field: fieldNumber, from: &self)
            } catch {
                // A known number with another type is a field that is not known (Protocol Buffers, Unknown Fields).
                guard position == start, error == .wrongWireType else { throw error }
                try skip()
            }
        }
        return message
    }

    private mutating func tag() throws(OTLPDecodingError) {
        let tag = try varint()
        guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
            throw OTLPDecodingError("A field has no valid number.")
        }
        wireType = tag & 7
        fieldNumber = number
    }

    // MARK: Primitives

    private mutating func varint() throws(OTLPDecodingError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let octet = input[position]
            position += 1
            guard shift < 63 || octet <= 1 else { throw OTLPDecodingError("A number is too long.") }
            value |= UInt64(octet & 0x7F) << shift
            if octet < 0x80 { return value }
            shift += 7
        }
        throw OTLPDecodingError("A number is cut off.")
    }

    private mutating func little64() throws(OTLPDecodingError) -> UInt64 {
        guard end - position >= 8 else { throw OTLPDecodingError("A number is cut off.") }
        defer { position += 8 }
        return UInt64(
            littleEndian: UnsafeRawBufferPointer(input).loadUnaligned(fromByteOffset: position, as: UInt64.self)
        )
    }

    private mutating func big64() throws(OTLPDecodingError) -> UInt64 {
        try little64().byteSwapped
    }

    private mutating func length() throws(OTLPDecodingError) -> Int {
        try expect(2)
        let length = try varint()
        guard length <= UInt64(end - position) else { throw OTLPDecodingError("A field is longer than its message.") }
        return Int(length)
    }

    private func expect(_ type: UInt64) throws(OTLPDecodingError) {
        guard wireType == type else { throw .wrongWireType }
    }

    /// Runs a closure on a part of the input, and goes on behind it.
    private mutating func within<Value>(
        _ length: Int,
        _ body: (inout Self) throws(OTLPDecodingError) -> Value
    ) throws(OTLPDecodingError) -> Value {
        let outer = end
        end = position + length
        defer { end = outer }
        let value = try body(&self)
        guard position == end else { throw OTLPDecodingError("A field has bytes left over.") }
        return value
    }

    // MARK: Fields

    mutating func string() throws(OTLPDecodingError) -> String {
        let length = try length()
        defer { position += length }
        let text = UnsafeBufferPointer(rebasing: input[position..<position + length])
        guard let string = String(strictUTF8: text) else { throw OTLPDecodingError("A string is not UTF-8.") }
        return string
    }

    mutating func strings(appendingTo values: inout [String]) throws(OTLPDecodingError) {
        values.append(try string())
    }

    mutating func bytes() throws(OTLPDecodingError) -> [UInt8] {
        let length = try length()
        defer { position += length }
        return Array(input[position..<position + length])
    }

    mutating func bool() throws(OTLPDecodingError) -> Bool {
        try expect(0)
        return try varint() != 0
    }

    mutating func enumeration() throws(OTLPDecodingError) -> Int32 { try int32() }

    mutating func int32() throws(OTLPDecodingError) -> Int32 {
        Int32(truncatingIfNeeded: try int64())
    }

    mutating func sint32() throws(OTLPDecodingError) -> Int32 {
        try expect(0)
        let value = UInt32(truncatingIfNeeded: try varint())
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }

    mutating func uint32() throws(OTLPDecodingError) -> UInt32 {
        try expect(0)
        return UInt32(truncatingIfNeeded: try varint())
    }

    mutating func fixed32() throws(OTLPDecodingError) -> UInt32 {
        try expect(5)
        guard end - position >= 4 else { throw OTLPDecodingError("A number is cut off.") }
        defer { position += 4 }
        return UInt32(
            littleEndian: UnsafeRawBufferPointer(input).loadUnaligned(fromByteOffset: position, as: UInt32.self)
        )
    }

    mutating func int64() throws(OTLPDecodingError) -> Int64 {
        try expect(0)
        return Int64(bitPattern: try varint())
    }

    mutating func sfixed64() throws(OTLPDecodingError) -> Int64 {
        Int64(bitPattern: try fixed64())
    }

    mutating func fixed64() throws(OTLPDecodingError) -> UInt64 {
        try expect(1)
        return try little64()
    }

    mutating func fixed64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError) {
        if wireType == 1 { return values.append(try little64()) }
        let length = try length()
        values.reserveCapacity(values.count + length / 8)
        values = try within(length) { decoder throws(OTLPDecodingError) in
            var read = values
            while decoder.position < decoder.end { read.append(try decoder.little64()) }
            return read
        }
    }

    mutating func uint64s(appendingTo values: inout [UInt64]) throws(OTLPDecodingError) {
        if wireType == 0 { return values.append(try varint()) }
        values = try within(try length()) { decoder throws(OTLPDecodingError) in
            var read = values
            while decoder.position < decoder.end { read.append(try decoder.varint()) }
            return read
        }
    }

    mutating func double() throws(OTLPDecodingError) -> Double {
        Double(bitPattern: try fixed64())
    }

    mutating func doubles(appendingTo values: inout [Double]) throws(OTLPDecodingError) {
        var patterns: [UInt64] = []
        try fixed64s(appendingTo: &patterns)
        values += patterns.map { Double(bitPattern: $0) }
    }

    mutating func traceID() throws(OTLPDecodingError) -> TraceID {
        switch try length() {
        case 0: return .none
        case 16: return TraceID(high: try big64(), low: try big64())
        default: throw OTLPDecodingError("A trace id does not have 16 bytes.")
        }
    }

    mutating func spanID() throws(OTLPDecodingError) -> SpanID {
        switch try length() {
        case 0: return .none
        case 8: return SpanID(value: try big64())
        default: throw OTLPDecodingError("A span id does not have 8 bytes.")
        }
    }

    mutating func anyValue() throws(OTLPDecodingError) -> AnyValue {
        try message(AnyValueMessage.self).value
    }

    mutating func message<Message: OTLPMessage>(_ type: Message.Type) throws(OTLPDecodingError) -> Message {
        try within(try length()) { decoder throws(OTLPDecodingError) in try decoder.read(type) }
    }

    mutating func appendMessages<Message: OTLPMessage>(to messages: inout [Message]) throws(OTLPDecodingError) {
        try budget.spend(MemoryLayout<Message>.stride)
        messages.append(try message(Message.self))
    }

    mutating func skip() throws(OTLPDecodingError) {
        switch wireType {
        case 0: _ = try varint()
        case 1: _ = try little64()
        case 2: position += try length()
        case 3: try skipGroup()
        case 4: throw OTLPDecodingError("A group ends that has not begun.")
        case 5: _ = try fixed32()
        default: throw OTLPDecodingError("A field has a wire type that is not in use.")
        }
    }

    /// Groups are fields between two tags, in which there may be further groups. OTLP has none.
    private mutating func skipGroup() throws(OTLPDecodingError) {
        var open = [fieldNumber]
        while let innermost = open.last {
            guard depth + open.count <= Self.maximumDepth else { throw OTLPDecodingError("Groups nest too deeply.") }
            guard position < end else { throw OTLPDecodingError("A group does not end.") }
            try tag()
            switch wireType {
            case 3: open.append(fieldNumber)
            case 4 where fieldNumber == innermost: open.removeLast()
            default: try skip()
            }
        }
    }
}
