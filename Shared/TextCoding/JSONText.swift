/// Texts as they stand in JSON (RFC 8259, section 7).
public enum JSONText {
    /// Appends a text in quotation marks, with only those characters escaped that must be.
    public static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0, to: &output) }
        output.append(UInt8(ascii: "\""))
    }

    /// Copies runs of octets that stand for themselves, and escapes what is between them.
    private static func escape(_ text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        var start = 0
        for (index, octet) in text.enumerated()
        where octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            start = index + 1
            output.append(UInt8(ascii: "\\"))
            switch octet {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(octet)
            case 0x0A: output.append(UInt8(ascii: "n"))
            case 0x0D: output.append(UInt8(ascii: "r"))
            case 0x09: output.append(UInt8(ascii: "t"))
            default:
                output.append(contentsOf: "u00".utf8)
                output.append(octet < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                let low = octet & 0xF
                output.append(low < 10 ? low + UInt8(ascii: "0") : low - 10 + UInt8(ascii: "a"))
            }
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }
}
