/// Counts the values of a JSON text without reading them, as far as the text is JSON.
///
/// A comma inside of a string is a character, and where two commas follow each other the decoder will stop: neither
/// makes a value.
struct JSONValueCount {
    private enum Last {
        /// `[`, `{`, `,` or nothing yet: a value must come.
        case opening
        case comma
        case value
    }

    /// How many values the text has.
    static func count(_ text: [UInt8]) -> Int {
        text.withUnsafeBufferPointer { count($0) }
    }

    private static func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var last = Last.opening
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                index = endOfString(text, from: index + 1)
                last = .value
            case UInt8(ascii: ","):
                if last != .value { return count }
                count += 1
                last = .comma
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                count += 1
                last = .opening
            case 0x20, 0x09, 0x0A, 0x0D: break
            default: last = .value
            }
            index += 1
        }
        return count
    }

    /// Where the quotation mark is that ends a string.
    private static func endOfString(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }
}
