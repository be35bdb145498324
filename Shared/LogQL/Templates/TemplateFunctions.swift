import PromQL

/// The functions that templates call.
enum TemplateFunctions {
    typealias Body = @Sendable (TemplateArguments) throws(TemplateFault) -> TemplateValue

    static let named: [String: Body] = texts.merging(numbers) { $1 }.merging(comparisons) { $1 }
        .merging(conversions) { $1 }

    /// Those that the run itself evaluates.
    static let lazy: Set<String> = ["and", "or", "__line__", "__timestamp__"]

    /// Functions of Loki and of Go that are not here: what they give depends on the time of day or on time zones, or they
    /// are of no use for lines.
    static let unsupported: Set<String> = [
        "now", "toDate", "toDateInZone", "html", "js", "call", "slice",
    ]

    // MARK: - Texts

    private static func text(
        _ counts: ClosedRange<Int>,
        _ body: @escaping @Sendable (TemplateArguments) throws(TemplateFault) -> String
    ) -> Body {
        { (arguments) throws(TemplateFault) in
            try arguments.expect(counts)
            return .text(try body(arguments))
        }
    }

    private static let texts: [String: Body] = [
        "lower": text(1...1) { $0.text(0).lowercased() },
        "ToLower": text(1...1) { $0.text(0).lowercased() },
        "upper": text(1...1) { $0.text(0).uppercased() },
        "ToUpper": text(1...1) { $0.text(0).uppercased() },
        "title": text(1...1) { titled($0.text(0)) },
        "trim": text(1...1) { trimmed($0.text(0), of: spaces, .both) },
        "TrimSpace": text(1...1) { trimmed($0.text(0), of: spaces, .both) },
        "trimAll": text(2...2) { trimmed($0.text(1), of: $0.text(0), .both) },
        "Trim": text(2...2) { trimmed($0.text(0), of: $0.text(1), .both) },
        "TrimLeft": text(2...2) { trimmed($0.text(0), of: $0.text(1), .start) },
        "TrimRight": text(2...2) { trimmed($0.text(0), of: $0.text(1), .end) },
        "trimPrefix": text(2...2) { without(prefix: $0.text(0), $0.text(1)) },
        "TrimPrefix": text(2...2) { without(prefix: $0.text(1), $0.text(0)) },
        "trimSuffix": text(2...2) { without(suffix: $0.text(0), $0.text(1)) },
        "TrimSuffix": text(2...2) { without(suffix: $0.text(1), $0.text(0)) },
        "replace": text(3...3) { (given) throws(TemplateFault) in
            try replaced(given.text(2), given.text(0), given.text(1), atMost: -1)
        },
        "Replace": text(4...4) { (given) throws(TemplateFault) in
            try replaced(given.text(0), given.text(1), given.text(2), atMost: given.values[3].whole)
        },
        "substr": text(3...3) { substring($0.text(2), $0.values[0].whole, $0.values[1].whole) },
        "trunc": text(2...2) { truncated($0.text(1), $0.values[0].whole) },
        "repeat": text(2...2) { (given) throws(TemplateFault) in
            try repeated(given.text(1), try given.count(0))
        },
        "indent": text(2...2) { (given) throws(TemplateFault) in try indented(given.text(1), try given.count(0)) },
        "nindent": text(2...2) { (given) throws(TemplateFault) in
            "\n" + (try indented(given.text(1), try given.count(0)))
        },
        "alignLeft": text(2...2) { (given) throws(TemplateFault) in
            aligned(given.text(1), to: try given.count(0), atStart: true)
        },
        "alignRight": text(2...2) { (given) throws(TemplateFault) in
            aligned(given.text(1), to: try given.count(0), atStart: false)
        },
        "print": text(0...64) { given in given.values.map(\.printed).joined() },
        "println": text(0...64) { given in given.values.map(\.printed).joined(separator: " ") + "\n" },
        "printf": text(1...64) { (given) throws(TemplateFault) in
            try GoPrintf.text(given.text(0), Array(given.values.dropFirst()))
        },
        "default": { (given) throws(TemplateFault) in
            try given.expect(2...2)
            return given.values[1].isTrue ? given.values[1] : given.values[0]
        },
        "regexReplaceAll": text(3...3) { (given) throws(TemplateFault) in
            try RegexReplacement.all(given.text(0), in: given.text(1), by: given.text(2), isLiteral: false)
        },
        "regexReplaceAllLiteral": text(3...3) { (given) throws(TemplateFault) in
            try RegexReplacement.all(given.text(0), in: given.text(1), by: given.text(2), isLiteral: true)
        },
        "count": { (given) throws(TemplateFault) in
            try given.expect(2...2)
            return .int(Int64(try RegexReplacement.count(given.text(0), in: given.text(1))))
        },
    ]

    private static let spaces = " \t\n\u{B}\u{C}\r\u{85}\u{A0}"

    private enum Side { case both, start, end }

    private static func trimmed(_ text: String, of characters: String, _ side: Side) -> String {
        let set = Set(characters.unicodeScalars)
        var scalars = text.unicodeScalars[...]
        if side != .end { scalars = scalars.drop(while: set.contains) }
        if side != .start { while let last = scalars.last, set.contains(last) { scalars.removeLast() } }
        return String(Substring(scalars))
    }

    private static func titled(_ text: String) -> String {
        var result = ""
        var isStart = true
        for character in text {
            result += isStart ? character.uppercased() : String(character)
            isStart = !(character.isLetter || character.isNumber || character == "_" || character == "'")
        }
        return result
    }

    private static func without(prefix: String, _ text: String) -> String {
        text.utf8.starts(with: prefix.utf8) ? String(Substring(text.utf8.dropFirst(prefix.utf8.count))) : text
    }

    private static func without(suffix: String, _ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.reversed().starts(with: suffix.utf8.reversed()) else { return text }
        return String(decoding: bytes.dropLast(suffix.utf8.count), as: UTF8.self)
    }

    private static func replaced(
        _ text: String,
        _ old: String,
        _ new: String,
        atMost count: Int64
    ) throws(TemplateFault) -> String {
        let (bytes, searched, replacement) = (Array(text.utf8), Array(old.utf8), Array(new.utf8))
        guard count != 0, !searched.isEmpty else { return text }
        var result: [UInt8] = []
        var position = 0
        var left = count
        while left != 0,
            let found = bytes.withUnsafeBufferPointer({ ByteSearch.first(searched, in: $0, from: position) })
        {
            result += bytes[position..<found]
            result += replacement
            position = found + searched.count
            left -= 1
            guard result.count <= TemplateRun.maximumBytes else { throw TemplateFault("replace gives too much") }
        }
        return String(decoding: result + bytes[position...], as: UTF8.self)
    }

    /// From a start to an end, counted in characters; a negative end is that of the text.
    private static func substring(_ text: String, _ start: Int64, _ end: Int64) -> String {
        let scalars = Array(text.unicodeScalars)
        let last = end < 0 || end > scalars.count ? scalars.count : Int(end)
        let first = start < 0 ? 0 : Int(min(start, Int64(last)))
        return joined(scalars[first..<last])
    }

    /// The first characters, or the last ones for a negative count.
    private static func truncated(_ text: String, _ count: Int64) -> String {
        let scalars = Array(text.unicodeScalars)
        guard count.magnitude < UInt64(scalars.count) else { return text }
        return joined(count < 0 ? scalars.suffix(Int(count.magnitude)) : scalars.prefix(Int(count)))
    }

    private static func joined(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private static func repeated(_ text: String, _ count: Int) throws(TemplateFault) -> String {
        guard count * max(1, text.utf8.count) <= TemplateRun.maximumBytes else {
            throw TemplateFault("repeat gives too much")
        }
        return String(repeating: text, count: count)
    }

    private static func indented(_ text: String, _ count: Int) throws(TemplateFault) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count * count <= TemplateRun.maximumBytes else { throw TemplateFault("indent gives too much") }
        let space = String(repeating: " ", count: count)
        return lines.map { space + $0 }.joined(separator: "\n")
    }

    /// So many characters: filled with spaces, or cut at the other end.
    private static func aligned(_ text: String, to count: Int, atStart: Bool) -> String {
        let scalars = Array(text.unicodeScalars)
        if scalars.count >= count { return joined(atStart ? scalars.prefix(count) : scalars.suffix(count)) }
        let space = String(repeating: " ", count: count - scalars.count)
        return atStart ? text + space : space + text
    }
}
