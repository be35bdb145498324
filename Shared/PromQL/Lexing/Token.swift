/// A word of a query.
struct Token: Hashable {
    enum Kind: Hashable {
        case end
        /// A name without a colon.
        case identifier
        /// A name with a colon, which only a metric can have.
        case metricIdentifier
        case string
        case number
        case duration
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case comma, colon, at
        /// `=`, which compares labels.
        case assign
        case matchesRegex, doesNotMatchRegex
        case binary(BinaryOperator)
        case aggregation(AggregationOperator)
        case keyword(Keyword)
    }

    enum Keyword: String, Hashable {
        case offset, by, without, on, ignoring, bool, start, end
        case groupLeft = "group_left"
        case groupRight = "group_right"
    }

    let kind: Kind
    /// As it was written.
    let text: String
    let range: SourceRange

    /// As messages name it.
    var description: String {
        switch kind {
        case .end: return "end of input"
        case .identifier: return "identifier \(Quoting.quote(text))"
        case .metricIdentifier: return "metric identifier \(Quoting.quote(text))"
        case .string: return "string \(shortened)"
        case .number: return "number \(shortened)"
        case .duration: return "duration \(shortened)"
        case .keyword: return "<\(text)>"
        case .binary: return "<op:\(text)>"
        case .aggregation: return "<aggr:\(text)>"
        case .matchesRegex, .doesNotMatchRegex: return "<op:\(text)>"
        default: return Quoting.quote(text)
        }
    }

    private var shortened: String {
        text.unicodeScalars.count > 10
            ? Quoting.quote(String(text.unicodeScalars.prefix(10))) + "..." : Quoting.quote(text)
    }

    /// What a word means that is not just a name; case plays no part.
    static func kind(ofWord word: String) -> Kind? {
        let word = word.lowercased()
        if let operation = BinaryOperator(rawValue: word) { return .binary(operation) }
        if let operation = AggregationOperator(rawValue: word) { return .aggregation(operation) }
        if let keyword = Keyword(rawValue: word) { return .keyword(keyword) }
        return word == "inf" || word == "nan" ? .number : nil
    }
}
