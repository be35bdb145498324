extension Lexer {
    var isNumberStart: Bool {
        MetricNames.isDigit(current) || current == UInt8(ascii: ".") && MetricNames.isDigit(peek(1))
    }

    /// A number or a duration.
    mutating func number() throws(ParseError) -> Token {
        let start = position
        if scanNumber() { return token(.number, from: start) }
        if scanRestOfDuration() { return token(.duration, from: start) }
        throw fault("bad number or duration syntax: \(Quoting.quote(text(from: start)))", at: start)
    }

    private mutating func take(_ bytes: StaticString) -> Bool {
        guard !isAtEnd, bytes.withUTF8Buffer({ $0.contains(current) }) else { return false }
        position += 1
        return true
    }

    /// Digits with single underscores between them, at most one point, an exponent. What cannot follow is taken too,
    /// for the message.
    private mutating func scanNumber() -> Bool {
        let isHexadecimal = current == UInt8(ascii: "0") && peek(1) | 0x20 == UInt8(ascii: "x")
        if isHexadecimal { position += 2 }
        var hasPoint = isHexadecimal
        var hasExponent = isHexadecimal
        while true {
            if isHexadecimal ? take("0123456789abcdefABCDEF") : take("0123456789") { continue }
            if take("_") {
                if take("._eE") || isAtEnd { return false }
            } else if take(".") {
                if hasPoint || take("_.") { return false }
                hasPoint = true
            } else if !hasExponent, take("eE") {
                (hasPoint, hasExponent) = (true, true)
                _ = take("+-")
                if take("._eE") || !MetricNames.isDigit(current) { return false }
            } else {
                return !MetricNames.isLetter(current)
            }
        }
    }

    private mutating func scanRestOfDuration() -> Bool {
        guard take("smhdwy") else { return false }
        _ = take("s")
        while take("0123456789") {
            while take("0123456789") {}
            guard take("smhdw") else { return false }
            _ = take("s")
        }
        guard MetricNames.isLetter(current) || MetricNames.isDigit(current) else { return true }
        position += 1
        return false
    }
}
