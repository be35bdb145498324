/// One line of JSON Lines, written member by member in the order given.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// Adds a text.
    mutating func add(_ name: StaticString, _ text: String) {
        key(name)
        quote(text)
    }

    /// Adds a text, or `null`.
    mutating func add(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { quote(text) } else { bytes += "null".utf8 }
    }

    /// Adds a whole number.
    mutating func add(_ name: StaticString, _ number: Int64) {
        key(name)
        bytes += String(number).utf8
    }

    /// Adds what is JSON already.
    mutating func add(_ name: StaticString, json: String) {
        key(name)
        bytes += json.utf8
    }

    /// The line with its end.
    consuming func finished() -> [UInt8] {
        bytes += "}\n".utf8
        return bytes
    }

    private mutating func key(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes += String(describing: name).utf8
        bytes += "\":".utf8
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += ("\\u00" + (digits.utf8.count == 1 ? "0" : "") + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
