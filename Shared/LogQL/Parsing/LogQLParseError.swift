/// Why a query could not be read, and where: `parse error at line 1, col 5: ...`, as Loki says it.
public struct LogQLParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, without the position.
    public let message: String
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int

    init(_ message: String, at offset: Int, in bytes: [UInt8]) {
        self.message = message
        var line = 1
        var start = 0
        for (index, byte) in bytes.prefix(offset).enumerated() where byte == UInt8(ascii: "\n") {
            line += 1
            start = index + 1
        }
        (self.line, column) = (line, offset - start + 1)
    }

    /// Position and message.
    public var description: String {
        "parse error at line \(line), col \(column): \(message)"
    }
}
