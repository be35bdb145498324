/// Why an expression was refused, in the words that RE2's implementations use.
public struct LinearRegexError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public enum Code: String, Sendable {
        /// A character class such as `[z` or `\p{Nothing}` that is not one.
        case invalidCharacterClass = "invalid character class"
        /// A range whose end lies before its start.
        case invalidCharacterRange = "invalid character class range"
        /// A backslash before something that it gives no meaning, a backreference among them.
        case invalidEscape = "invalid escape sequence"
        /// A group's name that is none, or is used twice.
        case invalidNamedCapture = "invalid named capture"
        /// Look-around, and other syntax that starts with `(?` and is not RE2's.
        case invalidPerlSyntax = "invalid or unsupported Perl syntax"
        /// Two repetitions in a row, such as `a**`.
        case invalidRepeatOperator = "invalid nested repetition operator"
        /// A count over 1000, alone or multiplied by those around it.
        case invalidRepeatCount = "invalid repeat count"
        /// A `[` without its `]`.
        case missingBracket = "missing closing ]"
        /// A `(` without its `)`.
        case missingParenthesis = "missing closing )"
        /// A `)` without its `(`.
        case unexpectedParenthesis = "unexpected )"
        /// A repetition of nothing.
        case missingRepeatArgument = "missing argument to repetition operator"
        /// A backslash at the end.
        case trailingBackslash = "trailing backslash at end of expression"
        /// Groups in groups, more than 250 deep.
        case nestingDepth = "expression nests too deeply"
        /// More than 50,000 instructions.
        case tooLarge = "expression too large"
    }

    /// What kind of fault it is.
    public let code: Code

    /// The part of the expression that is at fault.
    public let part: String

    /// The message, such as ``error parsing regexp: missing closing ): `(` ``.
    public var description: String {
        "error parsing regexp: \(code.rawValue): `\(part)`"
    }
}
