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
