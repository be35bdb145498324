/// Gives every value of a JSON text a line of its own, piece by piece as the text comes.
struct JSONIndentation: Sendable {
    private static let width = 4

    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    /// A bracket was opened, and whether it stays empty is not known yet.
    private var isOpening = false

    /// The next piece, indented.
    mutating func indent(_ piece: [UInt8]) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(piece.count * 2)
        for byte in piece { append(byte, to: &lines) }
        return lines
    }

    private mutating func append(_ byte: UInt8, to lines: inout [UInt8]) {
        if isInText {
            lines.append(byte)
            isInText = byte != UInt8(ascii: "\"") || isEscaped
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            return
        }
        let closes = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
        if closes {
            depth -= 1
            if !isOpening { beginLine(in: &lines) }
        } else if isOpening {
            beginLine(in: &lines)
        }
        isOpening = false
        lines.append(byte)
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            isOpening = true
        case UInt8(ascii: ","): beginLine(in: &lines)
        case UInt8(ascii: ":"): lines.append(UInt8(ascii: " "))
        case UInt8(ascii: "\""): isInText = true
        default: break
        }
    }

    private func beginLine(in lines: inout [UInt8]) {
        lines.append(UInt8(ascii: "\n"))
        lines.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * Self.width))
    }
}
