/// Why a query could not be read, and where.
public struct TraceQLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, or not supported, without the position.
    public let message: String
    /// The byte of the query, from 0.
    public let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// Position and message.
    public var description: String {
        "parse error at col \(offset + 1): \(message)"
    }
}
