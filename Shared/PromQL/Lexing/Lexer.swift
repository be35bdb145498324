/// Cuts a query into tokens, one at a time, so that a fault is reported only when what stands before it is right.
struct Lexer {
    let query: String
    let bytes: [UInt8]
    var position = 0
    private var openParentheses = 0
    private var isInBraces = false
    private var bracket: Bracket?

    /// What was seen since a `[`.
    private struct Bracket {
        var isEmpty = true
        var hasColon = false
    }

    init(_ query: String) {
        self.query = query
        bytes = Array(query.utf8)
    }

    /// The next byte, 0 at the end.
    var current: UInt8 {
        peek(0)
    }

    func peek(_ distance: Int) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    var isAtEnd: Bool {
        position >= bytes.count
    }

    /// The character at the position, as messages write it.
    var currentCharacter: String {
        guard !isAtEnd else { return "end of input" }
        let scalar = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self).unicodeScalars
            .first
        return Quoting.quote(scalar ?? "\u{FFFD}")
    }

    func fault(_ message: String, at start: Int? = nil) -> ParseError {
        ParseError(message, at: SourceRange(start: start ?? position, end: position), in: query)
    }

    func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    func token(_ kind: Token.Kind, from start: Int) -> Token {
        Token(kind: kind, text: text(from: start), range: SourceRange(start: start, end: position))
    }

    mutating func next() throws(ParseError) -> Token {
        skipSpaceAndComments()
        if isAtEnd { return try end() }
        if isInBraces { return try nextInBraces() }
        if bracket != nil { return try nextInBrackets() }
        let start = position
        if MetricNames.isLetter(current) || current == UInt8(ascii: ":") { return word() }
        if isNumberStart { return try number() }
        if let quote = quoteAtPosition { return try string(quote) }
        switch current {
        case UInt8(ascii: "("):
            openParentheses += 1
            return single(.leftParenthesis)
        case UInt8(ascii: ")"):
            position += 1
            openParentheses -= 1
            guard openParentheses >= 0 else { throw fault("unexpected right parenthesis ')'", at: position) }
            return token(.rightParenthesis, from: start)
        case UInt8(ascii: "{"):
            isInBraces = true
            return single(.leftBrace)
        case UInt8(ascii: "["):
            bracket = Bracket()
            return single(.leftBracket)
        case UInt8(ascii: "]"): throw fault("unexpected right bracket ']'")
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: "@"): return single(.at)
        default: return try operation()
        }
    }

    private mutating func end() throws(ParseError) -> Token {
        if isInBraces { throw fault("unexpected end of input inside braces") }
        if let bracket {
            throw fault(bracket.isEmpty ? "unexpected end of input in duration expression" : "unclosed left bracket")
        }
        if openParentheses > 0 { throw fault("unclosed left parenthesis") }
        return token(.end, from: position)
    }

    private mutating func single(_ kind: Token.Kind) -> Token {
        position += 1
        return token(kind, from: position - 1)
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

    private mutating func word() -> Token {
        let start = position
        while MetricNames.isLetter(current) || MetricNames.isDigit(current) || current == UInt8(ascii: ":") {
            position += 1
        }
        let word = text(from: start)
        if let kind = Token.kind(ofWord: word) { return token(kind, from: start) }
        return token(word.utf8.contains(UInt8(ascii: ":")) ? .metricIdentifier : .identifier, from: start)
    }

    private mutating func operation() throws(ParseError) -> Token {
        let start = position
        let two = String(decoding: bytes[position..<min(position + 2, bytes.count)], as: UTF8.self)
        for text in [two, String(two.unicodeScalars.prefix(1))] {
            if let operation = BinaryOperator(rawValue: text) {
                position += text.utf8.count
                return token(.binary(operation), from: start)
            }
        }
        if current == UInt8(ascii: "=") {
            position += 1
            guard current != UInt8(ascii: "~") else { throw fault("unexpected character after '=': '~'", at: start) }
            return token(.assign, from: start)
        }
        if current == UInt8(ascii: "!") {
            position += 1
            throw fault("unexpected character after '!': \(currentCharacter)", at: start)
        }
        throw fault("unexpected character: \(currentCharacter)")
    }

    // MARK: - In braces and brackets

    private mutating func nextInBraces() throws(ParseError) -> Token {
        let start = position
        if MetricNames.isLetter(current) {
            while MetricNames.isLetter(current) || MetricNames.isDigit(current) { position += 1 }
            return token(.identifier, from: start)
        }
        if let quote = quoteAtPosition { return try string(quote) }
        switch (current, peek(1)) {
        case (UInt8(ascii: "}"), _):
            isInBraces = false
            return single(.rightBrace)
        case (UInt8(ascii: "{"), _): throw fault("unexpected left brace '{'")
        case (UInt8(ascii: ","), _): return single(.comma)
        case (UInt8(ascii: "="), UInt8(ascii: "~")):
            position += 2
            return token(.matchesRegex, from: start)
        case (UInt8(ascii: "="), _): return single(.assign)
        case (UInt8(ascii: "!"), UInt8(ascii: "~")):
            position += 2
            return token(.doesNotMatchRegex, from: start)
        case (UInt8(ascii: "!"), UInt8(ascii: "=")):
            position += 2
            return token(.binary(.notEqual), from: start)
        case (UInt8(ascii: "!"), _):
            position += 1
            throw fault("unexpected character after '!' inside braces: \(currentCharacter)", at: start)
        default: throw fault("unexpected character inside braces: \(currentCharacter)")
        }
    }

    private mutating func nextInBrackets() throws(ParseError) -> Token {
        defer { bracket?.isEmpty = false }
        if isNumberStart { return try number() }
        switch current {
        case UInt8(ascii: "]"):
            bracket = nil
            return single(.rightBracket)
        case UInt8(ascii: ":"):
            if bracket?.hasColon == true { throw fault("unexpected colon ':'") }
            bracket?.hasColon = true
            return single(.colon)
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: "("): return single(.leftParenthesis)
        case UInt8(ascii: ")"): return single(.rightParenthesis)
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"),
            UInt8(ascii: "^"):
            return try operation()
        default: throw fault("unexpected character in duration expression: \(currentCharacter)")
        }
    }
}
