import Glibc

/// Writes protobuf's wire format.
///
/// A nested message's length is not known before it is written: one byte is left for it, and a message that needs more
/// is moved up. Most messages are short, and moving is cheaper than measuring every message twice.
struct ProtobufEncoder: FieldEncoder, ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var count = 0

    init(reserving capacity: Int = 4_096) {
        self.capacity = max(64, capacity)
        guard let memory = malloc(self.capacity) else { fatalError("No memory for a message.") }
        self.memory = memory.assumingMemoryBound(to: UInt8.self)
    }

    deinit {
        free(memory)
    }

    /// The bytes written so far.
    var bytes: [UInt8] {
        Array(UnsafeBufferPointer(start: memory, count: count))
    }

    // MARK: Primitives

    @inline(__always)
    private mutating func ensure(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        // Large blocks are mapped elsewhere rather than copied.
        guard let moved = realloc(memory, capacity) else { fatalError("No memory for a message of \(capacity) bytes.") }
        memory = moved.assumingMemoryBound(to: UInt8.self)
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        ensure(10)
        var rest = value
        while rest >= 0x80 {
            memory[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest >>= 7
        }
        memory[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    @inline(__always)
    private mutating func tag(_ number: Int, _ wireType: UInt64) {
        varint(UInt64(truncatingIfNeeded: number) << 3 | wireType)
    }

    @inline(__always)
    private mutating func little(_ value: UInt64) {
        ensure(8)
        UnsafeMutableRawPointer(memory + count).storeBytes(of: value.littleEndian, as: UInt64.self)
        count += 8
    }

    @inline(__always)
    private mutating func big(_ value: UInt64) {
        ensure(8)
        UnsafeMutableRawPointer(memory + count).storeBytes(of: value.bigEndian, as: UInt64.self)
        count += 8
    }

    private mutating func text(_ number: Int, _ value: String) {
        tag(number, 2)
        var value = value
        value.withUTF8 { raw($0) }
    }

    private mutating func raw(_ bytes: UnsafeBufferPointer<UInt8>) {
        varint(UInt64(bytes.count))
        ensure(bytes.count)
        if let base = bytes.baseAddress {
            (memory + count).update(from: base, count: bytes.count)
            count += bytes.count
        }
    }

    /// Begins a part whose length comes before it, and returns where.
    @inline(__always)
    private mutating func begin(_ number: Int) -> Int {
        tag(number, 2)
        ensure(1)
        count += 1
        return count
    }

    /// Ends a part: writes its length into the place that was left.
    @inline(__always)
    private mutating func end(_ start: Int) {
        let length = count - start
        if length < 0x80 {
            memory[start - 1] = UInt8(truncatingIfNeeded: length)
        } else {
            endLong(start, length)
        }
    }

    @inline(never)
    private mutating func endLong(_ start: Int, _ length: Int) {
        let size = (70 - UInt64(length).leadingZeroBitCount) / 7
        ensure(size - 1)
        let body = UnsafeMutableRawPointer(memory + start)
        (body + (size - 1)).copyMemory(from: body, byteCount: length)
        count = start - 1
        varint(UInt64(length))
        count += length
    }

    // MARK: Fields

    mutating func string(_ number: Int, _ name: StaticString, _ value: String) {
        if !value.isEmpty { text(number, value) }
    }

    mutating func strings(_ number: Int, _ name: StaticString, _ values: [String]) {
        for value in values { text(number, value) }
    }

    mutating func bool(_ number: Int, _ name: StaticString, _ value: Bool) {
        guard value else { return }
        tag(number, 0)
        varint(1)
    }

    mutating func enumeration(_ number: Int, _ name: StaticString, _ value: Int32) {
        int32(number, name, value)
    }

    mutating func int32(_ number: Int, _ name: StaticString, _ value: Int32) {
        int64(number, name, Int64(value))
    }

    mutating func sint32(_ number: Int, _ name: StaticString, _ value: Int32) {
        guard value != 0 else { return }
        tag(number, 0)
        varint(UInt64(UInt32(bitPattern: value << 1 ^ value >> 31)))
    }

    mutating func uint32(_ number: Int, _ name: StaticString, _ value: UInt32) {
        guard value != 0 else { return }
        tag(number, 0)
        varint(UInt64(value))
    }

    mutating func fixed32(_ number: Int, _ name: StaticString, _ value: UInt32) {
        guard value != 0 else { return }
        tag(number, 5)
        ensure(4)
        UnsafeMutableRawPointer(memory + count).storeBytes(of: value.littleEndian, as: UInt32.self)
        count += 4
    }

    mutating func int64(_ number: Int, _ name: StaticString, _ value: Int64) {
        guard value != 0 else { return }
        tag(number, 0)
        varint(UInt64(bitPattern: value))
    }

    mutating func fixed64(_ number: Int, _ name: StaticString, _ value: UInt64) {
        guard value != 0 else { return }
        tag(number, 1)
        little(value)
    }

    mutating func fixed64s(_ number: Int, _ name: StaticString, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        tag(number, 2)
        varint(UInt64(values.count * 8))
        for value in values { little(value) }
    }

    mutating func uint64s(_ number: Int, _ name: StaticString, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        let start = begin(number)
        for value in values { varint(value) }
        end(start)
    }

    mutating func double(_ number: Int, _ name: StaticString, _ value: Double) {
        fixed64(number, name, value.bitPattern)
    }

    mutating func doubles(_ number: Int, _ name: StaticString, _ values: [Double]) {
        guard !values.isEmpty else { return }
        tag(number, 2)
        varint(UInt64(values.count * 8))
        for value in values { little(value.bitPattern) }
    }

    mutating func optionalDouble(_ number: Int, _ name: StaticString, _ value: Double?) {
        guard let value else { return }
        tag(number, 1)
        little(value.bitPattern)
    }

    mutating func number(asDouble: Int, asInt: Int, _ value: NumberValue?) {
        switch value {
        case .double(let value):
            tag(asDouble, 1)
            little(value.bitPattern)
        case .int(let value):
            tag(asInt, 1)
            little(UInt64(bitPattern: value))
        case nil: break
        }
    }

    mutating func traceID(_ number: Int, _ name: StaticString, _ id: TraceID) {
        guard id.isValid else { return }
        tag(number, 2)
        varint(16)
        big(id.high)
        big(id.low)
    }

    mutating func spanID(_ number: Int, _ name: StaticString, _ id: SpanID) {
        guard id.isValid else { return }
        tag(number, 2)
        varint(8)
        big(id.value)
    }

    mutating func bytes(_ number: Int, _ name: StaticString, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        tag(number, 2)
        value.withUnsafeBufferPointer { raw($0) }
    }

    mutating func anyValue(_ number: Int, _ name: StaticString, _ value: AnyValue) {
        if case .empty = value { return }
        let start = begin(number)
        member(value)
        end(start)
    }

    /// The member of the `oneof`, written at its default too.
    private mutating func member(_ value: AnyValue) {
        switch value {
        case .empty: break
        case .string(let value): text(1, value)
        case .bool(let value):
            tag(2, 0)
            varint(value ? 1 : 0)
        case .int(let value):
            tag(3, 0)
            varint(UInt64(bitPattern: value))
        case .double(let value):
            tag(4, 1)
            little(value.bitPattern)
        case .array(let values):
            let start = begin(5)
            for value in values {
                let element = begin(1)
                member(value)
                end(element)
            }
            end(start)
        case .keyValues(let pairs):
            let start = begin(6)
            attributes(1, "values", pairs)
            end(start)
        case .bytes(let bytes):
            tag(7, 2)
            bytes.withUnsafeBufferPointer { raw($0) }
        }
    }

    mutating func attributes(_ number: Int, _ name: StaticString, _ attributes: [KeyValue]) {
        for attribute in attributes {
            let start = begin(number)
            string(1, "key", attribute.key)
            anyValue(2, "value", attribute.value)
            end(start)
        }
    }

    mutating func member<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ message: Message) {
        let start = begin(number)
        message.encode(to: &self)
        end(start)
    }

    mutating func messages<Message: OTLPMessage>(_ number: Int, _ name: StaticString, _ messages: [Message]) {
        for message in messages { member(number, name, message) }
    }

    mutating func message<Message: OTLPMessage & Equatable>(
        _ number: Int,
        _ name: StaticString,
        _ message: Message
    ) {
        let before = count
        let start = begin(number)
        message.encode(to: &self)
        if count == start { count = before } else { end(start) }
    }
}
