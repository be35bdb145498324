public import PromQL

/// Reads LogQL.
///
/// ```swift
/// let query = try LogQLParser().parse(#"sum by (level) (rate({service_name="shop"} |= "refused" [5m]))"#)
/// ```
public struct LogQLParser: Sendable {
    /// How deep an expression may be nested, counting operators in a row too: 500 levels by default.
    public var maximumDepth: Int

    /// A parser.
    public init(maximumDepth: Int = 500) {
        self.maximumDepth = maximumDepth
    }

    /// Reads a query.
    ///
    /// - Throws: ``LogQLParseError`` with the first fault.
    public func parse(_ text: String) throws(LogQLParseError) -> LogQuery {
        var reading = try Reading(text, maximumDepth: maximumDepth)
        let query = try reading.readQuery()
        switch query {
        case .log(let selector): try Self.checkMatchers(selector, reading)
        case .metric(let expression):
            for range in expression.ranges { try Self.checkMatchers(range.selector, reading) }
        }
        return query
    }

    /// Reads the conditions of a selector alone, as `match[]` parameters hold them. They may select everything.
    ///
    /// - Throws: ``LogQLParseError`` with the first fault.
    public func parseMatchers(_ text: String) throws(LogQLParseError) -> [LabelMatcher] {
        var reading = try Reading(text, maximumDepth: maximumDepth)
        let matchers = try reading.readMatchers()
        guard reading.token.kind == .end else { throw reading.unexpected() }
        return matchers
    }

    private static func checkMatchers(_ selector: LogSelector, _ reading: Reading) throws(LogQLParseError) {
        guard selector.matchers.contains(where: { !$0.matches("") }) else {
            throw reading.fault(
                "queries require at least one regexp or equality matcher that does not have an empty-compatible value. "
                    + "For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will",
                at: 0
            )
        }
    }
}
