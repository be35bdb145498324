/// Why a query could not be read, where, and in the words of Prometheus, which clients show: `1:5: parse error: ...`.
public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, without the position.
    public let message: String
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int
    /// Where it is in the query.
    public let range: SourceRange

    init(_ message: String, at range: SourceRange, in query: String) {
        self.message = message
        self.range = range
        let parts = range.position(in: query).split(separator: ":").compactMap { Int($0) }
        (line, column) = (parts[0], parts[1])
    }

    /// Position and message.
    public var description: String {
        "\(line):\(column): parse error: \(message)"
    }
}
