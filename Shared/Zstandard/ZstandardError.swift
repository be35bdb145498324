/// Bytes that are not Zstandard, or expand to more than is allowed.
public enum ZstandardError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes are not in the format, or want a window of more than 8 MiB.
    case malformed
    /// The bytes end too early.
    case truncated
    /// More than so many bytes would come out.
    case tooLarge(limit: Int)

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .malformed: "The bytes are not Zstandard, or need a window of more than 8 MiB."
        case .truncated: "The Zstandard bytes end too early."
        case .tooLarge(let limit): "The Zstandard bytes expand to more than \(limit) bytes."
        }
    }
}
