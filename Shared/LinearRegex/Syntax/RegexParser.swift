/// Reads an expression: alternatives of sequences of repeated atoms.
struct RegexParser {
    static let maximumDepth = 250

    let scalars: [Unicode.Scalar]
    var position = 0
    var options: LinearRegex.Options
    private(set) var groupNames: [String?] = []
    private var depth = 0

    init(_ pattern: String, options: LinearRegex.Options) {
        scalars = Array(pattern.unicodeScalars)
        self.options = options
    }

    mutating func parse() throws(LinearRegexError) -> RegexNode {
        let node = try parseAlternatives()
        if position < scalars.count {
            throw LinearRegexError(code: .unexpectedParenthesis, part: text(0..<scalars.count))
        }
        return node
    }

    var current: Unicode.Scalar? {
        position < scalars.count ? scalars[position] : nil
    }

    func looksAt(_ text: String) -> Bool {
        scalars[position...].starts(with: text.unicodeScalars)
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        position += 1
        return true
    }

    func fault(_ code: LinearRegexError.Code, from start: Int) -> LinearRegexError {
        LinearRegexError(code: code, part: text(from: start))
    }

    func text(from start: Int) -> String {
        text(start..<position)
    }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    // MARK: - Alternatives, sequences, groups

    private mutating func parseAlternatives() throws(LinearRegexError) -> RegexNode {
        var alternatives: [RegexNode] = []
        repeat { alternatives.append(try parseSequence()) } while take("|")
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func parseSequence() throws(LinearRegexError) -> RegexNode {
        var parts: [RegexNode] = []
        while let scalar = current, scalar != "|", scalar != ")" {
            let start = position
            guard let atom = try parseAtom() else { continue }
            parts.append(try parseRepetition(of: atom, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    /// `nil` where what was read changes only what follows: flags, and an empty quotation.
    private mutating func parseAtom() throws(LinearRegexError) -> RegexNode? {
        guard let scalar = current else { return .empty }
        let start = position
        switch scalar {
        case "(": return try parseGroup()
        case "[": return .set(try parseClass())
        case ".":
            position += 1
            return .set(options.contains(.dotMatchesNewline) ? .all : ScalarSet(Unicode.Scalar("\n")).inverted)
        case "^":
            position += 1
            return .assertion(options.contains(.multiline) ? .lineStart : .textStart)
        case "$":
            position += 1
            return .assertion(options.contains(.multiline) ? .lineEnd : .textEnd)
        case "*", "+", "?":
            position += 1
            throw fault(.missingRepeatArgument, from: start)
        case "\\": return try parseEscape()
        default:
            if scalar == "{", let _ = try parseCount() { throw fault(.missingRepeatArgument, from: start) }
            position = start + 1
            return literal(scalar)
        }
    }

    func literal(_ scalar: Unicode.Scalar) -> RegexNode {
        let set = ScalarSet(scalar)
        return .set(options.contains(.ignoreCase) ? set.ignoringCase : set)
    }

    private mutating func parseGroup() throws(LinearRegexError) -> RegexNode? {
        let start = position
        let outer = options
        position += 1
        var number: Int?
        if looksAt("?P<") || looksAt("?<") && !looksAt("?<=") && !looksAt("?<!") {
            number = try parseGroupName(from: start)
        } else if looksAt("?") {
            guard try parseFlags(from: start) else { return nil }
        } else {
            groupNames.append(nil)
            number = groupNames.count
        }
        depth += 1
        if depth > Self.maximumDepth { throw fault(.nestingDepth, from: 0) }
        let inner = try parseAlternatives()
        depth -= 1
        guard take(")") else {
            throw LinearRegexError(code: .missingParenthesis, part: text(0..<scalars.count))
        }
        options = outer
        return number.map { .group(inner, number: $0) } ?? inner
    }

    private mutating func parseGroupName(from start: Int) throws(LinearRegexError) -> Int {
        position += looksAt("?P<") ? 3 : 2
        let first = position
        while let scalar = current, scalar != ">" { _ = take(scalar) }
        let name = text(from: first)
        guard take(">") else { throw fault(.invalidNamedCapture, from: start) }
        let isName = !name.isEmpty && name.unicodeScalars.allSatisfy { $0 == "_" || isLetterOrDigit($0) }
        guard isName, !groupNames.contains(name) else { throw fault(.invalidNamedCapture, from: start) }
        groupNames.append(name)
        return groupNames.count
    }

    private func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Reads `(?flags:` or all of `(?flags)`.
    ///
    /// - Returns: Whether a group follows.
    private mutating func parseFlags(from start: Int) throws(LinearRegexError) -> Bool {
        position += 1
        var isSet = true
        var hasFlag = false
        while let scalar = current {
            position += 1
            let flag: LinearRegex.Options
            switch scalar {
            case "i": flag = .ignoreCase
            case "m": flag = .multiline
            case "s": flag = .dotMatchesNewline
            case "U": flag = .swapGreed
            case "-" where isSet:
                (isSet, hasFlag) = (false, false)
                continue
            case ":" where isSet || hasFlag: return true
            case ")" where isSet || hasFlag: return false
            default: throw fault(.invalidPerlSyntax, from: start)
            }
            hasFlag = true
            if isSet { options.insert(flag) } else { options.remove(flag) }
        }
        throw LinearRegexError(code: .missingParenthesis, part: text(0..<scalars.count))
    }

    // MARK: - Repetition

    private mutating func parseRepetition(of atom: RegexNode, from start: Int) throws(LinearRegexError) -> RegexNode {
        let sign = position
        guard let (minimum, maximum) = try parseRepetitionOperator() else { return atom }
        let isLazy = take("?")
        let node = RegexNode.repetition(
            atom,
            minimum: minimum,
            maximum: maximum,
            isGreedy: isLazy == options.contains(.swapGreed)
        )
        if node.repeats > RegexNode.maximumRepeats { throw fault(.invalidRepeatCount, from: start) }
        if try parseRepetitionOperator() != nil { throw fault(.invalidRepeatOperator, from: sign) }
        return node
    }

    private mutating func parseRepetitionOperator() throws(LinearRegexError) -> (Int, Int?)? {
        switch current {
        case "*":
            position += 1
            return (0, nil)
        case "+":
            position += 1
            return (1, nil)
        case "?":
            position += 1
            return (0, 1)
        case "{": return try parseCount()
        default: return nil
        }
    }

    /// `{3}`, `{3,}` or `{3,5}`; anything else after a brace is text.
    private mutating func parseCount() throws(LinearRegexError) -> (Int, Int?)? {
        let start = position
        _ = take("{")
        guard let minimum = parseInteger() else {
            position = start
            return nil
        }
        var maximum: Int? = minimum
        if take(",") { maximum = current == "}" ? nil : parseInteger() ?? -1 }
        guard take("}"), maximum != -1 else {
            position = start
            return nil
        }
        if max(minimum, maximum ?? 0) > RegexNode.maximumRepeats || maximum.map({ $0 < minimum }) == true {
            throw fault(.invalidRepeatCount, from: start)
        }
        return (minimum, maximum)
    }

    private mutating func parseInteger() -> Int? {
        let start = position
        var value = 0
        while let scalar = current, ("0"..."9").contains(scalar) {
            value = min(value * 10 + Int(scalar.value - 0x30), 1_000_000)
            position += 1
        }
        return position == start ? nil : value
    }
}
