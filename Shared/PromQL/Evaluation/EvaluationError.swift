/// Why a query that was read could not be evaluated.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of reason it is.
    public enum Kind: Hashable, Sendable {
        /// The data do not fit the query, such as two series where one was expected.
        case execution
        /// The query needs more samples, series or steps than it may.
        case limit
        /// The query cannot be evaluated as it was asked, such as a range vector at steps.
        case invalidQuery
        /// The engine does not support what the query asks for.
        case unsupported
    }

    /// What kind of reason it is.
    public let kind: Kind
    /// The message, in the words of Prometheus where it has such an error.
    public let message: String

    init(_ message: String, _ kind: Kind = .execution) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }

    static let sameLabels = EvaluationError("vector cannot contain metrics with the same labelset")
}
