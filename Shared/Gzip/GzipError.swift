/// Bytes that are not gzip, or expand to more than is allowed.
public enum GzipError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes are not in the gzip format.
    case malformed
    /// The bytes end too early.
    case truncated
    /// More than so many bytes would come out.
    case tooLarge(limit: Int)

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .malformed: "The bytes are not gzip."
        case .truncated: "The gzip bytes end too early."
        case .tooLarge(let limit): "The gzip bytes expand to more than \(limit) bytes."
        }
    }
}
