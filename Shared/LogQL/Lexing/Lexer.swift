import PromQL

/// Cuts a query into tokens, one at a time, so that a fault is reported only when what stands before it is right.
struct Lexer {
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ query: String) {
        bytes = Array(query.utf8)
    }

    private var current: UInt8 { peek(0) }

    private func peek(_ distance: Int) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private var isAtEnd: Bool { position >= bytes.count }

    func fault(_ message: String, at start: Int) -> LogQLParseError {
        LogQLParseError(message, at: start, in: bytes)
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        Token(kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), start: start)
    }

    mutating func next() throws(LogQLParseError) -> Token {
        skipSpaceAndComments()
        let start = position
        if isAtEnd { return token(.end, from: start) }
        if current.isLetter { return try word() }
        if current.isDigit || current == UInt8(ascii: ".") && peek(1).isDigit { return quantity() }
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "`"): return try string()
        case UInt8(ascii: "'"):
            throw fault("texts are written between double quotes or backticks, not between single quotes", at: start)
        case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-") && peek(2).isLetter:
            position += 2
            while current.isLetter || current == UInt8(ascii: "-") { position += 1 }
            return token(.flag, from: start)
        default: return try symbol()
        }
    }

    private mutating func skipSpaceAndComments() {
        while !isAtEnd {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "#"):
                while !isAtEnd, current != UInt8(ascii: "\n") { position += 1 }
            default: return
            }
        }
    }

    private mutating func word() throws(LogQLParseError) -> Token {
        let start = position
        while current.isLetter || current.isDigit { position += 1 }
        if current == UInt8(ascii: "."), peek(1).isLetter {
            // As OpenTelemetry has them.
            throw fault("names of labels have no points: write underscores, as in service_name", at: position)
        }
        return token(.word, from: start)
    }

    /// Digits with what units may stand among and behind them, and the sign of an exponent.
    private mutating func quantity() -> Token {
        let start = position
        while current.isLetter || current.isDigit || current == UInt8(ascii: ".") || current >= 0x80 {
            let isExponent = current | 0x20 == UInt8(ascii: "e")
            position += 1
            if isExponent, current == UInt8(ascii: "+") || current == UInt8(ascii: "-"), peek(1).isDigit {
                position += 1
            }
        }
        return token(.quantity, from: start)
    }

    private mutating func string() throws(LogQLParseError) -> Token {
        let start = position
        let quote = current
        position += 1
        while !isAtEnd, current != quote {
            if quote == UInt8(ascii: "\"") {
                if current == UInt8(ascii: "\n") { break }
                if current == UInt8(ascii: "\\") { position += 1 }
            }
            position += 1
        }
        guard position < bytes.count, current == quote else { throw fault("the text has no end", at: start) }
        position += 1
        return token(.string, from: start)
    }

    private mutating func symbol() throws(LogQLParseError) -> Token {
        let start = position
        for length in [2, 1] where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
            if let symbol = Token.Symbol(rawValue: text) {
                position += length
                return token(.symbol(symbol), from: start)
            }
        }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        let character = rest.unicodeScalars.first.map { String(Character($0)) } ?? ""
        throw fault("unexpected character \(Quoting.quote(character))", at: start)
    }

    /// What stands before the next `]`, which is taken too.
    mutating func bracketed() throws(LogQLParseError) -> (text: String, start: Int) {
        let start = position
        while !isAtEnd, current != UInt8(ascii: "]") { position += 1 }
        guard !isAtEnd else { throw fault("the range has no end: \"]\" is missing", at: start) }
        defer { position += 1 }
        return (String(decoding: bytes[start..<position], as: UTF8.self), start)
    }
}

extension UInt8 {
    /// A letter of ASCII, or an underscore.
    var isLetter: Bool {
        self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z") || self == UInt8(ascii: "_")
    }

    var isDigit: Bool {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9")
    }
}
