/// Writes requests as no SDK would: fields in any order, twice, in wire types that are not theirs, with groups and
/// unknown fields between them, texts that are none, and values inside of values.
struct HostileProtobuf<Generator: RandomNumberGenerator> {
    /// What a field of a message holds.
    indirect enum Field {
        case message([UInt64: Field])
        case text
        case value
        case traceID
        case spanID
        case time
        case number
    }

    var generator: Generator
    /// A time that can be stored.
    let time: UInt64
    /// One field in so many is damaged.
    let rarity: Int

    static var attribute: Field { .message([1: .text, 2: .value]) }
    private static var resource: Field { .message([1: attribute, 2: .number, 3: .message([1: .text, 3: .text])]) }
    private static var scope: Field { .message([1: .text, 2: .text, 3: attribute, 4: .number]) }

    /// An `ExportTraceServiceRequest`.
    static var spans: Field {
        let event = Field.message([1: .time, 2: .text, 3: attribute])
        let link = Field.message([1: .traceID, 2: .spanID, 3: .text, 4: attribute])
        let span = Field.message([
            1: .traceID, 2: .spanID, 3: .text, 4: .spanID, 5: .text, 6: .number, 7: .time, 8: .time, 9: attribute,
            11: event, 13: link, 15: .message([2: .text, 3: .number]), 16: .number,
        ])
        return .message([1: .message([1: resource, 2: .message([1: scope, 2: span, 3: .text]), 3: .text])])
    }

    /// An `ExportLogsServiceRequest`.
    static var logs: Field {
        let record = Field.message([
            1: .time, 2: .number, 3: .text, 5: .value, 6: attribute, 8: .number, 9: .traceID, 10: .spanID, 11: .time,
            12: .text,
        ])
        return .message([1: .message([1: resource, 2: .message([1: scope, 2: record, 3: .text]), 3: .text])])
    }

    /// A whole request.
    mutating func request(_ root: Field) -> [UInt8] { content(root, depth: 0) }

    private mutating func isUnlucky() -> Bool { Int.random(in: 0..<rarity, using: &generator) == 0 }

    private mutating func content(_ field: Field, depth: Int) -> [UInt8] {
        switch field {
        case .message(let fields): return message(fields, depth: depth)
        case .text: return text()
        case .value: return value(depth: depth)
        case .traceID: return isUnlucky() ? some(UInt8.self, upTo: 20) : some(UInt8.self, exactly: 16)
        case .spanID: return isUnlucky() ? some(UInt8.self, upTo: 10) : some(UInt8.self, exactly: 8)
        case .time, .number: return []
        }
    }

    private mutating func message(_ fields: [UInt64: Field], depth: Int) -> [UInt8] {
        var numbers: [UInt64] = []
        for number in fields.keys.sorted() where Int.random(in: 0..<4, using: &generator) > 0 {
            numbers += [UInt64](repeating: number, count: isUnlucky() ? 3 : 1)
        }
        if isUnlucky() { numbers.shuffle(using: &generator) }
        if isUnlucky() { numbers.append(UInt64.random(in: 0...40, using: &generator)) }
        var output: [UInt8] = []
        for number in numbers { append(number, fields[number], depth: depth, to: &output) }
        if isUnlucky(), !output.isEmpty {
            output.removeLast(Int.random(in: 1...min(4, output.count), using: &generator))
        }
        return output
    }

    private mutating func append(_ number: UInt64, _ field: Field?, depth: Int, to output: inout [UInt8]) {
        var type: UInt64
        switch field {
        case .time: type = 1
        case .number: type = [0, 5].randomElement(using: &generator)!
        case nil: type = UInt64.random(in: 0...7, using: &generator)
        default: type = 2
        }
        if isUnlucky() { type = UInt64.random(in: 0...7, using: &generator) }
        varint(number << 3 | type, to: &output)
        switch type {
        case 0: varint(.random(in: 0...(isUnlucky() ? .max : 30), using: &generator), to: &output)
        case 1:
            let number = isUnlucky() ? UInt64.random(in: 0...3, using: &generator) : time
            withUnsafeBytes(of: number.littleEndian) { output += $0 }
        case 2:
            let bytes = content(field ?? .text, depth: depth + 1)
            varint(UInt64(bytes.count + (isUnlucky() && isUnlucky() ? 1 : 0)), to: &output)
            output += bytes
        case 3:
            append(1, nil, depth: depth + 1, to: &output)
            if !isUnlucky() { varint(number << 3 | 4, to: &output) }
        case 5: output += some(UInt8.self, exactly: 4)
        default: break
        }
    }

    private mutating func value(depth: Int) -> [UInt8] {
        var output: [UInt8] = []
        let member = UInt64.random(in: 1...7, using: &generator)
        let deeper = isUnlucky() ? 70 : 12
        let field: Field? =
            switch member {
            case 1, 7: .text
            case 4: .time
            case 5 where depth < deeper: .message([1: .value])
            case 6 where depth < deeper: .message([1: Self.attribute])
            default: .number
            }
        append(member, field, depth: depth, to: &output)
        if isUnlucky() { append(1, .text, depth: depth, to: &output) }
        return output
    }

    private mutating func text() -> [UInt8] {
        if isUnlucky() { return some(UInt8.self, upTo: 6) }
        let words = ["", "service.name", "rr-web.event", "http.route", "é", "e\u{301}", "a", "zzzzzzzzz", "世界"]
        return Array(words.randomElement(using: &generator)!.utf8)
    }

    private mutating func some(_ type: UInt8.Type, upTo count: Int) -> [UInt8] {
        some(type, exactly: .random(in: 0...count, using: &generator))
    }

    private mutating func some(_ type: UInt8.Type, exactly count: Int) -> [UInt8] {
        (0..<count).map { _ in .random(in: 0...255, using: &generator) }
    }

    private mutating func varint(_ value: UInt64, to output: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.append(UInt8(rest))
    }
}
