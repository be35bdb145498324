/// A word of a query.
struct Token: Hashable {
    enum Kind: Hashable {
        case end
        /// A name or a keyword, which only its place tells apart.
        case word
        /// A text with its quotes and escapes.
        case string
        /// A number, perhaps with units: `5`, `1.5s`, `20MB`.
        case quantity
        /// `--strict`.
        case flag
        case symbol(Symbol)
    }

    enum Symbol: String, Hashable, CaseIterable {
        case leftBrace = "{"
        case rightBrace = "}"
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case comma = ","
        case pipe = "|"
        case pipeContains = "|="
        case pipeMatches = "|~"
        case pipeFits = "|>"
        case notFits = "!>"
        case assign = "="
        case equal = "=="
        case notEqual = "!="
        case matches = "=~"
        case notMatches = "!~"
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case power = "^"
    }

    let kind: Kind
    /// As it was written.
    let text: String
    /// The offset of its first byte.
    let start: Int

    func isWord(_ word: String) -> Bool {
        kind == .word && text == word
    }
}
