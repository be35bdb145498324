extension RegexParser {
    /// What a backslash starts, outside of a class.
    mutating func parseEscape() throws(LinearRegexError) -> RegexNode? {
        let start = position
        position += 1
        guard let scalar = current else { throw LinearRegexError(code: .trailingBackslash, part: "") }
        switch scalar {
        case "A":
            position += 1
            return .assertion(.textStart)
        case "z":
            position += 1
            return .assertion(.textEnd)
        case "b":
            position += 1
            return .assertion(.wordBoundary)
        case "B":
            position += 1
            return .assertion(.noWordBoundary)
        case "Q": return parseQuotation()
        default:
            position = start
            if let set = try parseClassEscape() { return .set(set) }
            return literal(try parseCharacterEscape())
        }
    }

    /// `\Q...\E`: text as it is.
    private mutating func parseQuotation() -> RegexNode? {
        position += 1
        var parts: [RegexNode] = []
        while let scalar = current {
            if looksAt("\\E") {
                position += 2
                break
            }
            position += 1
            parts.append(literal(scalar))
        }
        return parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// `\d`, `\pL` and the like; `nil` where the backslash starts a character.
    mutating func parseClassEscape() throws(LinearRegexError) -> ScalarSet? {
        let start = position
        guard position + 1 < scalars.count else { return nil }
        let letter = scalars[position + 1]
        let set: ScalarSet
        switch letter {
        case "d", "D": set = .digits
        case "s", "S": set = .spaces
        case "w", "W": set = .words
        case "p", "P":
            position += 2
            return try parseCategory(isNegated: letter == "P", from: start)
        default: return nil
        }
        position += 2
        let folded = options.contains(.ignoreCase) ? set.ignoringCase : set
        return letter.properties.isUppercase ? folded.inverted : folded
    }

    private mutating func parseCategory(isNegated: Bool, from start: Int) throws(LinearRegexError) -> ScalarSet {
        var isNegated = isNegated
        var name: String
        if take("{") {
            if take("^") { isNegated.toggle() }
            let first = position
            while let scalar = current, scalar != "}" { _ = take(scalar) }
            name = text(from: first)
            guard take("}") else { throw fault(.invalidCharacterClass, from: start) }
        } else {
            guard let scalar = current else { throw fault(.invalidCharacterClass, from: start) }
            position += 1
            name = String(Character(scalar))
        }
        guard var set = NamedClasses.category(name) else { throw fault(.invalidCharacterClass, from: start) }
        if options.contains(.ignoreCase) { set = set.ignoringCase }
        return isNegated ? set.inverted : set
    }

    /// One character that a backslash names.
    mutating func parseCharacterEscape() throws(LinearRegexError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let scalar = current else { throw LinearRegexError(code: .trailingBackslash, part: "") }
        position += 1
        switch scalar {
        case "a": return "\u{7}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x": return try parseHexadecimal(from: start)
        case "0"..."7":
            // A single digit that is not 0 would be a backreference.
            let isOctal = scalar == "0" || current.map { ("0"..."7").contains($0) } == true
            guard isOctal else { throw fault(.invalidEscape, from: start) }
            var value = scalar.value - 0x30
            for _ in 0..<2 {
                guard let digit = current, ("0"..."7").contains(digit) else { break }
                value = value * 8 + digit.value - 0x30
                position += 1
            }
            return Unicode.Scalar(value) ?? "\0"
        default:
            let isPunctuation = scalar.isASCII && scalar.value > 0x20 && !scalar.properties.isAlphabetic
            guard isPunctuation, !("0"..."9").contains(scalar), scalar.value < 0x7F else {
                throw fault(.invalidEscape, from: start)
            }
            return scalar
        }
    }

    private mutating func parseHexadecimal(from start: Int) throws(LinearRegexError) -> Unicode.Scalar {
        var digits = ""
        if take("{") {
            while let scalar = current, scalar != "}" {
                digits.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw fault(.invalidEscape, from: start) }
        } else {
            for _ in 0..<2 {
                guard let scalar = current else { throw fault(.invalidEscape, from: start) }
                digits.unicodeScalars.append(scalar)
                position += 1
            }
        }
        guard digits.utf8.first != UInt8(ascii: "+"), digits.utf8.first != UInt8(ascii: "-"),
            let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else { throw fault(.invalidEscape, from: start) }
        return scalar
    }
}
