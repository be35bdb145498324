extension RegexParser {
    /// A class in brackets.
    mutating func parseClass() throws(LinearRegexError) -> ScalarSet {
        let start = position
        position += 1
        let isNegated = take("^")
        var set = ScalarSet()
        var isFirst = true
        while current != "]" || isFirst {
            guard let scalar = current else {
                throw LinearRegexError(code: .missingBracket, part: text(start..<scalars.count))
            }
            // Perl lets a minus stand for itself only at the ends.
            if scalar == "-", !isFirst, position + 1 < scalars.count, scalars[position + 1] != "]" {
                let first = position
                position += 2
                throw fault(.invalidCharacterRange, from: first)
            }
            isFirst = false
            if looksAt("[:"), let named = try parsePOSIXClass() {
                set = set.union(named)
            } else if scalar == "\\", let escaped = try parseClassEscape() {
                set = set.union(escaped)
            } else {
                set = set.union(try parseRange(in: start))
            }
        }
        position += 1
        return isNegated ? set.inverted : set
    }

    private mutating func parseRange(in bracket: Int) throws(LinearRegexError) -> ScalarSet {
        let start = position
        let low = try parseClassCharacter(in: bracket)
        var high = low
        if current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
            position += 1
            high = try parseClassCharacter(in: bracket)
            if high < low { throw fault(.invalidCharacterRange, from: start) }
        }
        let set = ScalarSet([low.value...high.value])
        return options.contains(.ignoreCase) ? set.ignoringCase : set
    }

    private mutating func parseClassCharacter(in bracket: Int) throws(LinearRegexError) -> Unicode.Scalar {
        guard let scalar = current else {
            throw LinearRegexError(code: .missingBracket, part: text(bracket..<scalars.count))
        }
        if scalar == "\\" { return try parseCharacterEscape() }
        position += 1
        return scalar
    }

    /// `[:alpha:]` and `[:^alpha:]`; `nil` where the bracket stands for itself.
    private mutating func parsePOSIXClass() throws(LinearRegexError) -> ScalarSet? {
        let start = position
        guard let end = scalars[(position + 2)...].firstIndex(of: ":"), end + 1 < scalars.count, scalars[end + 1] == "]"
        else { return nil }
        position += 2
        let isNegated = take("^")
        let name = text(position..<end)
        position = end + 2
        guard var set = NamedClasses.posix(name[...]) else { throw fault(.invalidCharacterRange, from: start) }
        if options.contains(.ignoreCase) { set = set.ignoringCase }
        return isNegated ? set.inverted : set
    }
}
