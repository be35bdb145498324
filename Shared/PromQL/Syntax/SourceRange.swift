/// Where something stands in the text of a query: offsets of bytes, the end not included.
public struct SourceRange: Hashable, Sendable {
    /// The offset of the first byte.
    public var start: Int
    /// The offset behind the last byte.
    public var end: Int

    /// A range of offsets.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// Nowhere.
    public static let none = SourceRange(start: 0, end: 0)

    /// The line and column of the start, both from 1, the column in bytes.
    func position(in query: String) -> String {
        var line = 1
        var lineStart = 0
        for (offset, byte) in query.utf8.prefix(start).enumerated() where byte == UInt8(ascii: "\n") {
            line += 1
            lineStart = offset + 1
        }
        return "\(line):\(start - lineStart + 1)"
    }
}
