/// How a flush or a shutdown ended.
public enum Outcome: Sendable, Hashable {
    /// Everything is done.
    case success
    /// Something could not be done.
    case failure
    /// The time was up before everything was done.
    case timedOut

    /// The worse of two.
    func and(_ other: Outcome) -> Outcome {
        switch (self, other) {
        case (.timedOut, _), (_, .timedOut): .timedOut
        case (.failure, _), (_, .failure): .failure
        default: .success
        }
    }
}

/// How an export ended.
public enum ExportResult: Sendable, Hashable {
    /// All of it was taken.
    case success
    /// It was taken but for so many items, which are not to be sent again (OTLP specification, Partial Success).
    case partialSuccess(rejected: Int, message: String)
    /// Nothing was taken, and trying again would not help or did not help. The batch is lost.
    case failure(String)
}
