/// Why a query that was read has no answer.
public struct LogQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of reason it is.
    public enum Kind: Hashable, Sendable {
        /// The lines do not fit the query, or the query asks for what is not supported.
        case invalidQuery
        /// The query needs more than it may.
        case limit
    }

    /// What kind of reason it is.
    public let kind: Kind
    /// The message, in Loki's words where it has such an error.
    public let message: String

    init(_ message: String, _ kind: Kind = .invalidQuery) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
