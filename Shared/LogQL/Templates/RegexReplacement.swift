import LinearRegex
import PromQL

/// Replaces what a regular expression matches in a text.
enum RegexReplacement {
    /// - Throws: ``TemplateFault`` for an expression that is none.
    static func all(
        _ pattern: String,
        in text: String,
        by replacement: String,
        isLiteral: Bool
    ) throws(TemplateFault) -> String {
        let regex = try compiled(pattern)
        let template = ReplacementTemplate(replacement, groupNames: regex.groupNames)
        var result = ""
        try forEachMatch(of: regex, in: text) { (before, captures) throws(TemplateFault) in
            result += before
            if !captures.isEmpty { result += isLiteral ? replacement : template.expand(captures) }
            guard result.utf8.count <= TemplateRun.maximumBytes else {
                throw TemplateFault("a replacement gives too much")
            }
        }
        return result
    }

    /// How often an expression matches in a text.
    static func count(_ pattern: String, in text: String) throws(TemplateFault) -> Int {
        var count = 0
        try forEachMatch(of: try compiled(pattern), in: text) { _, captures in if !captures.isEmpty { count += 1 } }
        return count
    }

    private static func compiled(_ pattern: String) throws(TemplateFault) -> LinearRegex {
        do { return try LinearRegex(pattern) } catch { throw TemplateFault(error.description) }
    }

    /// Hands over what stands before each match with what it captured, and at the end the rest with nothing.
    private static func forEachMatch(
        of regex: LinearRegex,
        in text: String,
        _ body: (Substring, [Substring?]) throws(TemplateFault) -> Void
    ) throws(TemplateFault) {
        let matcher = regex.matcher()
        var start = text.startIndex
        guard let matches = matcher.allCaptures(in: text, lookingAtMost: 2 * TemplateRun.maximumBytes) else {
            throw TemplateFault("a regular expression takes too long")
        }
        for captures in matches {
            guard let match = captures[0] else { continue }
            try body(text[start..<match.startIndex], captures)
            start = match.endIndex
        }
        try body(text[start...], [])
    }
}
