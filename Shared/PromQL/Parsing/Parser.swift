/// Reads queries: what is between operators by recursion, operators by their precedence.
///
/// ```swift
/// let expression = try Parser().parse("sum by (job) (rate(http_requests_total[5m]))")
/// ```
public struct Parser: Sendable {
    /// How deep an expression may be nested, counting operators in a row too: 500 levels by default.
    public var maximumDepth: Int

    /// Whether experimental functions are allowed, as with Prometheus' flag `promql-experimental-functions`.
    public var allowsExperimentalFunctions: Bool

    /// A parser; without experimental functions by default.
    public init(maximumDepth: Int = 500, allowsExperimentalFunctions: Bool = false) {
        self.maximumDepth = maximumDepth
        self.allowsExperimentalFunctions = allowsExperimentalFunctions
    }

    /// Reads a query and checks the types in it.
    ///
    /// - Throws: ``ParseError`` with the first fault.
    public func parse(_ query: String) throws(ParseError) -> Expression {
        var reading = try Reading(query, parser: self)
        let expression = try reading.readQuery()
        let checker = TypeChecker(query: query)
        return try checker.check(expression)
    }

    /// Reads a selector alone, as `match[]` parameters hold it.
    ///
    /// - Throws: ``ParseError`` with the first fault; that there is no condition is none.
    public func parseSelector(_ text: String) throws(ParseError) -> VectorSelector {
        var reading = try Reading(text, parser: self)
        guard case .selector(let selector) = try reading.readQuery(), selector.shift == TimeShift() else {
            throw ParseError("expected a series selector", at: .none, in: text)
        }
        return selector
    }
}
