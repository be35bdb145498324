import OTLP
import TextCoding

/// Writes values as the JSON that the collector stores for lists and objects: compact, keys sorted by their bytes,
/// `null` for nothing, bytes in base64, and no number that JSON does not have.
struct ValueJSON {
    private(set) var output: [UInt8] = []
    /// Whether all of it can be said in JSON.
    private(set) var isValid = true

    mutating func write(_ value: AnyValue) {
        switch value {
        case .empty: output.append(contentsOf: "null".utf8)
        case .string(let text): write(text)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .int(let number): output.append(contentsOf: String(number).utf8)
        case .double(let number):
            if !number.isFinite { isValid = false }
            output.append(contentsOf: ValueText.text(of: number).utf8)
        case .bytes(let bytes):
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: Base64.encode(bytes))
            output.append(UInt8(ascii: "\""))
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(value)
            }
            output.append(UInt8(ascii: "]"))
        case .keyValues(let members): write(members)
        }
    }

    private mutating func write(_ members: [KeyValue]) {
        output.append(UInt8(ascii: "{"))
        let sorted = members.sortedByKeyBytes()
        var isFirst = true
        for (index, member) in sorted.enumerated() {
            // Of equal keys the last one counts.
            if index + 1 < sorted.count, sorted[index + 1].key.utf8.elementsEqual(member.key.utf8) { continue }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(member.key)
            output.append(UInt8(ascii: ":"))
            write(member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: #"\""#.utf8)
            case "\\": output.append(contentsOf: #"\\"#.utf8)
            case "\n": output.append(contentsOf: #"\n"#.utf8)
            case "\r": output.append(contentsOf: #"\r"#.utf8)
            case "\t": output.append(contentsOf: #"\t"#.utf8)
            case "\u{08}": output.append(contentsOf: #"\b"#.utf8)
            case "\u{0C}": output.append(contentsOf: #"\f"#.utf8)
            case "\u{00}"..<"\u{20}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                output.append(contentsOf: (#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            default: output.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
