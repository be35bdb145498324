import PromQL

/// Cuts what stands between `{{` and `}}` into tokens.
struct TemplateLexer {
    enum Token: Hashable {
        case end
        case word(String)
        /// `.`, `.name`, `.name.part`.
        case field([String])
        /// `$`, `$name`, `$name.part`.
        case variable(String, [String])
        case text(String)
        case number(String)
        case pipe, leftParenthesis, comma, declare, assign
        /// `)`, or `).name`.
        case rightParenthesis([String])
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ action: ArraySlice<UInt8>) {
        bytes = Array(action)
    }

    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    mutating func next() throws(TemplateFault) -> Token {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(current) { position += 1 }
        guard position < bytes.count else { return .end }
        switch current {
        case UInt8(ascii: "."):
            if position + 1 < bytes.count, bytes[position + 1].isDigit { return number() }
            return .field(path())
        case UInt8(ascii: "$"):
            position += 1
            return .variable("$" + name(), path())
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return .text(try string())
        case UInt8(ascii: "|"): return single(.pipe)
        case UInt8(ascii: "("): return single(.leftParenthesis)
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: "="): return single(.assign)
        case UInt8(ascii: ")"):
            position += 1
            return .rightParenthesis(path())
        case UInt8(ascii: ":") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "="):
            position += 2
            return .declare
        case UInt8(ascii: "-"), UInt8(ascii: "+"): return number()
        default:
            if current.isDigit { return number() }
            guard current.isLetter else {
                throw TemplateFault(
                    "unexpected \(Quoting.quote(String(decoding: [current], as: UTF8.self))) in an action"
                )
            }
            return .word(name())
        }
    }

    private mutating func single(_ token: Token) -> Token {
        position += 1
        return token
    }

    private mutating func name() -> String {
        let start = position
        while current.isLetter || current.isDigit { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Names with a point before each; none where a point stands alone, which is taken.
    private mutating func path() -> [String] {
        var names: [String] = []
        while current == UInt8(ascii: ".") {
            position += 1
            guard current.isLetter else { break }
            names.append(name())
        }
        return names
    }

    private mutating func number() -> Token {
        let start = position
        position += 1
        while current.isLetter || current.isDigit || current == UInt8(ascii: ".") { position += 1 }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func string() throws(TemplateFault) -> String {
        let start = position
        let quote = current
        position += 1
        while position < bytes.count, current != quote {
            position += quote == UInt8(ascii: "\"") && current == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw TemplateFault("a text in an action has no end") }
        position += 1
        do {
            return try Unescaping.text(of: String(decoding: bytes[start..<position], as: UTF8.self))
        } catch {
            throw TemplateFault(error.message)
        }
    }

    /// Where an action ends, given where it begins behind its `{{`: texts in it may have braces.
    static func end(of action: Int, in bytes: [UInt8]) -> Int? {
        var position = action
        var quote: UInt8?
        while position < bytes.count {
            let byte = bytes[position]
            if let open = quote {
                if byte == open { quote = nil }
                if open == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") { position += 1 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if byte == UInt8(ascii: "}"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "}") {
                return position
            }
            position += 1
        }
        return nil
    }
}
