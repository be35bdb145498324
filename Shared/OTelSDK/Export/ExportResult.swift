/// How an export ended.
public enum ExportResult: Sendable, Hashable {
    /// All of it was taken.
    case success
    /// It was taken but for so many items, which are not to be sent again (OTLP specification, Partial Success).
    case partialSuccess(rejected: Int, message: String)
    /// Nothing was taken, and trying again would not help or did not help. The batch is lost.
    case failure(String)
}
