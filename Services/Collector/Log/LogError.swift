/// Why the log does not take a request, or cannot be used.
enum LogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It holds as many bytes as it may: ClickHouse takes less than comes in.
    case full(limit: Int)
    /// The system refuses: the disk is full or read-only, or it fails.
    case unwritable(path: String, reason: String)
    /// Another process writes to the same folder.
    case inUse(path: String)
    /// The collector is ending.
    case closed

    /// One sentence that says what to do.
    var description: String {
        switch self {
        case .full(let limit):
            "The log holds \(limit) bytes, as many as it may, until ClickHouse takes rows again."
        case .unwritable(let path, let reason): "\(path) cannot be used: \(reason)."
        case .inUse(let path): "\(path) is used by another collector: give each one a folder of its own."
        case .closed: "The collector is ending."
        }
    }
}
