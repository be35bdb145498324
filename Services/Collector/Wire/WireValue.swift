import OTLP

/// What an `AnyValue` message says.
enum WireValue {
    case empty
    case text(WireBytes)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case array(WireBytes)
    case keyValues(WireBytes)
    case bytes(WireBytes)

    /// Reads a message that was checked before; the last member that is set counts.
    init(_ bytes: WireBytes) throws(WireError) {
        self = .empty
        var reader = WireReader(bytes, checks: false)
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: self = .text(reader.content)
            case 2 << 3 | 0: self = .bool(reader.scalar != 0)
            case 3 << 3 | 0: self = .int(Int64(bitPattern: reader.scalar))
            case 4 << 3 | 1: self = .double(Double(bitPattern: reader.scalar))
            case 5 << 3 | 2: self = .array(reader.content)
            case 6 << 3 | 2: self = .keyValues(reader.content)
            case 7 << 3 | 2: self = .bytes(reader.content)
            default: break
            }
        }
    }

    /// The message that a field holds, with everything in it checked when the reader checks.
    @inline(__always)
    static func checked(_ field: WireReader) throws(WireError) -> WireBytes {
        if field.checks { try check(field.message()) }
        return field.content
    }

    /// Checks the message that lies in a field of another one.
    @inline(__always)
    static func check(_ bytes: WireBytes, in outer: WireReader) throws(WireError) {
        let message = try outer.message(bytes)
        if let text = shortText(bytes) {
            guard text.isText else { throw .badText }
        } else {
            try check(message)
        }
    }

    /// The text of a message that says nothing but a text shorter than 128 bytes, as nearly all do.
    @inline(__always)
    static func shortText(_ message: WireBytes) -> WireBytes? {
        guard message.count >= 2, message[0] == 1 << 3 | 2, message[1] < 0x80, Int(message[1]) == message.count - 2
        else { return nil }
        return WireBytes(rebasing: message[2...])
    }

    private static func check(_ message: WireReader) throws(WireError) {
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: _ = try reader.text()
            case 5 << 3 | 2:
                var values = try reader.message()
                while try values.next() {
                    if values.tag == 1 << 3 | 2 { try check(values.message()) }
                }
            case 6 << 3 | 2:
                var members = try reader.message()
                while try members.next() {
                    if members.tag == 1 << 3 | 2 { _ = try WireAttribute(members.message()) }
                }
            default: break
            }
        }
    }

    /// The value as a value of the OTLP model, for lists and objects.
    func model() throws(WireError) -> AnyValue {
        switch self {
        case .empty: return .empty
        case .text(let text): return .string(String(decoding: text, as: UTF8.self))
        case .bool(let bool): return .bool(bool)
        case .int(let number): return .int(number)
        case .double(let number): return .double(number)
        case .bytes(let bytes): return .bytes(Array(bytes))
        case .array(let values):
            var elements: [AnyValue] = []
            var reader = WireReader(values, checks: false)
            while try reader.next() {
                guard reader.tag == 1 << 3 | 2 else { continue }
                elements.append(try WireValue(reader.content).model())
            }
            return .array(elements)
        case .keyValues(let members):
            var pairs: [KeyValue] = []
            var reader = WireReader(members, checks: false)
            while try reader.next() {
                guard reader.tag == 1 << 3 | 2 else { continue }
                let member = try WireAttribute(reader.message())
                let key = String(decoding: member.key, as: UTF8.self)
                pairs.append(KeyValue(key: key, value: try WireValue(member.value).model()))
            }
            return .keyValues(pairs)
        }
    }
}
