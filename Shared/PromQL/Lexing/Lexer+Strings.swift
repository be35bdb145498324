extension Lexer {
    /// The quotation mark at the position.
    var quoteAtPosition: UInt8? {
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): current
        default: nil
        }
    }

    /// A string whose text still has its quotes and escapes.
    mutating func string(_ quote: UInt8) throws(ParseError) -> Token {
        let start = position
        let isRaw = quote == UInt8(ascii: "`")
        position += 1
        while current != quote || isAtEnd {
            if isAtEnd || (!isRaw && current == UInt8(ascii: "\n")) {
                throw fault(isRaw ? "unterminated raw string" : "unterminated quoted string", at: start)
            }
            if !isRaw, current == UInt8(ascii: "\\") {
                do { try checkEscape(quote) } catch { throw fault(error.message, at: start) }
            } else {
                position += 1
            }
        }
        position += 1
        return token(.string, from: start)
    }

    private mutating func checkEscape(_ quote: UInt8) throws(UnescapingError) {
        let rest = String(decoding: bytes[position...], as: UTF8.self)
        var reader = Unescaping(rest.unicodeScalars[...], quote: Unicode.Scalar(quote))
        _ = try reader.takeEscape()
        position += rest.utf8.count - String(Substring(reader.rest)).utf8.count
    }
}

/// Why an escape is none.
public struct UnescapingError: Error, Sendable {
    /// What is wrong, in Prometheus' words.
    public let message: String
}

/// Reads the escapes of a string, which are Go's.
public struct Unescaping {
    var rest: Substring.UnicodeScalarView
    private let quote: Unicode.Scalar

    init(_ text: Substring.UnicodeScalarView, quote: Unicode.Scalar) {
        rest = text
        self.quote = quote
    }

    /// The text of a string that has its quotes: those between backticks have no escapes.
    ///
    /// - Throws: ``UnescapingError`` for an escape that is none.
    public static func text(of literal: String) throws(UnescapingError) -> String {
        let scalars = literal.unicodeScalars
        let inner = Substring(scalars.dropFirst().dropLast())
        guard let quote = scalars.first, quote != "`" else { return String(inner) }
        var reader = Unescaping(inner.unicodeScalars, quote: quote)
        // Escapes give bytes, of which several can make a character.
        var bytes: [UInt8] = []
        while let scalar = reader.rest.first {
            if scalar == "\\" {
                bytes += try reader.takeEscape()
            } else {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
                reader.rest.removeFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes a backslash and what belongs to it.
    mutating func takeEscape() throws(UnescapingError) -> [UInt8] {
        rest.removeFirst()
        guard let letter = rest.popFirst() else { throw UnescapingError(message: "escape sequence not terminated") }
        switch letter {
        case "a": return [7]
        case "b": return [8]
        case "f": return [12]
        case "n": return [10]
        case "r": return [13]
        case "t": return [9]
        case "v": return [11]
        case "\\", quote: return [UInt8(letter.value)]
        case "0"..."7":
            let value = try takeDigits(2, radix: 8, startingWith: letter.value - 0x30)
            guard value < 256 else { throw Self.invalidCodePoint }
            return [UInt8(value)]
        case "x": return [UInt8(try takeDigits(2, radix: 16))]
        case "u", "U":
            let value = try takeDigits(letter == "u" ? 4 : 8, radix: 16)
            guard let scalar = Unicode.Scalar(value) else { throw Self.invalidCodePoint }
            return UTF8.encode(scalar).map(Array.init) ?? []
        default: throw UnescapingError(message: "unknown escape sequence \(Self.name(letter))")
        }
    }

    private static let invalidCodePoint = UnescapingError(message: "escape sequence is an invalid Unicode code point")

    private mutating func takeDigits(
        _ count: Int,
        radix: UInt32,
        startingWith start: UInt32 = 0
    ) throws(UnescapingError) -> UInt32 {
        var value = start
        for _ in 0..<count {
            guard let scalar = rest.popFirst() else { throw UnescapingError(message: "escape sequence not terminated") }
            guard scalar.isASCII, let digit = UInt32(String(Character(scalar)), radix: Int(radix)) else {
                throw UnescapingError(message: "illegal character \(Self.name(scalar)) in escape sequence")
            }
            value = value &* radix &+ digit
        }
        return value
    }

    private static func name(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + " \(Quoting.quote(scalar))"
    }
}
