/// Cuts a query into tokens.
struct Lexer {
    /// The longest symbols first.
    private static let symbols = [
        "!>>", "!<<", "&>>", "&<<", "&&", "||", ">>", "<<", ">=", "<=", "!=", "=~", "!~", "!>", "!<", "&>", "&<", "&~",
        "{", "}", "(", ")", "|", ",", "=", ">", "<", "!", "~", "+", "-", "*", "/", "%", "^", "[", "]",
    ].map { ($0, Array($0.utf8)) }
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12), ("d", 8.64e13),
    ]

    private let bytes: [UInt8]
    private var position = 0

    init(_ query: String) {
        bytes = Array(query.utf8)
    }

    /// All tokens, the end too.
    static func tokens(_ query: String) throws(TraceQLError) -> [Token] {
        var lexer = Lexer(query)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func next() throws(TraceQLError) -> Token {
        skipSpace()
        let start = position
        guard position < bytes.count else { return Token(kind: .end, text: "", start: start) }
        if current == UInt8(ascii: "\"") || current == UInt8(ascii: "`") {
            let value = try string()
            return Token(kind: .text(value), text: text(from: start), start: start)
        }
        if Self.isDigit(current) || current == UInt8(ascii: ".") && Self.isDigit(byte(1)) {
            let kind = try number()
            return Token(kind: kind, text: text(from: start), start: start)
        }
        if Self.isWordStart(current) { return try word() }
        for (symbol, octets) in Self.symbols where bytes[position...].starts(with: octets) {
            position += octets.count
            return Token(kind: .symbol(symbol), text: symbol, start: start)
        }
        throw TraceQLError("unexpected character", at: start)
    }

    private func byte(_ distance: Int) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            if [0x20, 0x09, 0x0A, 0x0D].contains(current) {
                position += 1
            } else if current == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "/") {
                while position < bytes.count, current != 0x0A { position += 1 }
            } else {
                return
            }
        }
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (0x30...0x39).contains(octet) }

    private static func isLetter(_ octet: UInt8) -> Bool {
        (0x41...0x5A).contains(octet) || (0x61...0x7A).contains(octet) || octet == 0x5F || octet >= 0x80
    }

    private static func isWordStart(_ octet: UInt8) -> Bool { isLetter(octet) || octet == UInt8(ascii: ".") }

    /// What attributes' names have: nearly all that is neither space nor a symbol.
    private static func isWordPart(_ octet: UInt8) -> Bool {
        isLetter(octet) || isDigit(octet) || ".:-/@$#?;[]\\".utf8.contains(octet)
    }

    private mutating func word() throws(TraceQLError) -> Token {
        let start = position
        // A name without a point before it is a keyword: no sign but the colon belongs to it.
        while Self.isLetter(current) || Self.isDigit(current) || current == UInt8(ascii: ":") { position += 1 }
        if current == UInt8(ascii: ".") {
            while Self.isWordPart(current) { position += 1 }
        }
        guard current == UInt8(ascii: "\""), bytes[position - 1] == UInt8(ascii: ".") else {
            return Token(kind: .word, text: text(from: start), start: start)
        }
        let scope = String(decoding: bytes[start..<position - 1], as: UTF8.self)
        let key = try string()
        return Token(kind: .attribute(scope: scope, key: key), text: text(from: start), start: start)
    }

    private mutating func string() throws(TraceQLError) -> String {
        let start = position
        let quote = current
        position += 1
        var value: [UInt8] = []
        while position < bytes.count {
            let octet = current
            position += 1
            if octet == quote {
                guard let text = String(validating: value, as: UTF8.self) else {
                    throw TraceQLError("the text is not UTF-8", at: start)
                }
                return text
            }
            guard octet == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
                value.append(octet)
                continue
            }
            let escape = current
            position += 1
            switch escape {
            case UInt8(ascii: "n"): value.append(0x0A)
            case UInt8(ascii: "t"): value.append(0x09)
            case UInt8(ascii: "r"): value.append(0x0D)
            case UInt8(ascii: "\\"), UInt8(ascii: "\""): value.append(escape)
            default: throw TraceQLError("unknown escape in a text: write a backslash twice", at: position - 2)
            }
        }
        throw TraceQLError("the text has no end", at: start)
    }

    private mutating func digits() -> Double? {
        let start = position
        while Self.isDigit(current) || current == UInt8(ascii: ".") { position += 1 }
        return Double(text(from: start))
    }

    private mutating func number() throws(TraceQLError) -> Token.Kind {
        let start = position
        guard var value = digits() else { throw TraceQLError("bad number", at: start) }
        let written = text(from: start)
        guard Self.isLetter(current) else {
            if let integer = Int64(written) { return .integer(integer) }
            guard value.isFinite else { throw TraceQLError("bad number", at: start) }
            return .number(value)
        }
        if current | 0x20 == UInt8(ascii: "e") {
            position += 1
            if current == UInt8(ascii: "-") || current == UInt8(ascii: "+") { position += 1 }
            while Self.isDigit(current) { position += 1 }
            guard let number = Double(text(from: start)), number.isFinite, !Self.isLetter(current) else {
                throw TraceQLError("bad number", at: start)
            }
            return .number(number)
        }
        var total = 0.0
        while true {
            let unitStart = position
            while Self.isLetter(current) { position += 1 }
            let name = text(from: unitStart)
            guard let unit = Self.units.first(where: { $0.name == name }) else {
                throw TraceQLError("bad duration: its units are ns, us, ms, s, m, h and d", at: start)
            }
            total += value * unit.nanoseconds
            guard Self.isDigit(current) else { break }
            guard let more = digits() else { throw TraceQLError("bad duration", at: start) }
            value = more
        }
        guard total < 9e18 else { throw TraceQLError("the duration is too long", at: start) }
        return .duration(Int64(total.rounded()))
    }
}
