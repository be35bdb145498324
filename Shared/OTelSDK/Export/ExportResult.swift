/// How an export ended.
enum ExportResult: Sendable, Equatable {
    /// The backend took everything.
    case success
    /// The backend took all but so many records, and says why.
    case partial(rejected: Int64, message: String)
    /// The backend took nothing, and trying again would not help or did not help.
    case failure(String)
}
