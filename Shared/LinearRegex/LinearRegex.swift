/// A regular expression in RE2's syntax whose matching takes time linear in the text, whatever the expression.
///
/// Use it for expressions that come from outside: there is no backtracking that a hostile one could make explode.
/// What RE2 refuses, this refuses: backreferences, look-around, repeat counts over 1000. Unicode scripts such as
/// `\p{Greek}` are refused too; general categories such as `\p{Lu}` are there.
///
/// ```swift
/// let regex = try LinearRegex("GET|POST")
/// var matcher = regex.matcher()
/// matcher.matchesWhole("POST")  // true
/// ```
public struct LinearRegex: Sendable {
    /// What the expression means where its own flags, such as `(?i)`, do not say otherwise.
    public struct Options: OptionSet, Sendable {
        /// The options as bits.
        public let rawValue: UInt8

        /// Options from their bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Letters match in either case, as with `(?i)`.
        public static let ignoreCase = Options(rawValue: 1)
        /// `.` matches a newline too, as with `(?s)`.
        public static let dotMatchesNewline = Options(rawValue: 2)
        /// `^` and `$` match at the ends of lines too, as with `(?m)`.
        public static let multiline = Options(rawValue: 4)
        /// `x*` prefers fewer and `x*?` more, as with `(?U)`.
        public static let swapGreed = Options(rawValue: 8)
    }

    /// The expression as it was given.
    public let pattern: String

    /// The names of the capturing groups, in the order of their opening parentheses; `nil` for those without a name.
    public let groupNames: [String?]

    /// The strings that the expression matches as a whole, where these are few (at most 256); `nil` where they are not.
    ///
    /// `a|b(c|d)` has `a`, `bc` and `bd`: a lookup in an index instead of a scan.
    public let literals: [String]?

    let program: Program

    /// Compiles an expression.
    ///
    /// - Parameters:
    ///   - pattern: The expression, in RE2's syntax.
    ///   - options: What holds where the expression does not say otherwise; nothing by default.
    /// - Throws: ``LinearRegexError`` with the part of the expression that is wrong.
    public init(_ pattern: String, options: Options = []) throws(LinearRegexError) {
        var parser = RegexParser(pattern, options: options)
        let node = try parser.parse()
        self.pattern = pattern
        groupNames = parser.groupNames
        literals = node.literals(atMost: 256)
        program = try Compiler.compile(node, groups: parser.groupNames.count)
    }

    /// A matcher of its own cache, for one thread of execution: make one and keep it for many texts.
    public func matcher() -> RegexMatcher {
        RegexMatcher(self)
    }
}
