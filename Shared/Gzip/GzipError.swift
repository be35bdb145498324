/// Bytes that are not in their format, or expand to more than is allowed.
public enum GzipError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes are not in the format.
    case malformed
    /// The bytes end too early.
    case truncated
    /// More than so many bytes would come out.
    case tooLarge(limit: Int)

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .malformed: "The bytes are neither gzip nor zlib, as they claim."
        case .truncated: "The compressed bytes end too early."
        case .tooLarge(let limit): "The compressed bytes expand to more than \(limit) bytes."
        }
    }
}
