/// When a message that could not be processed is tried again, and when it is given up.
public struct RetryPolicy: Sendable, Hashable {
    /// The pause before the second attempt; it doubles with each further one.
    public var firstPause: Duration
    /// The longest pause.
    public var longestPause: Duration
    /// After how many attempts a message goes to the dead letters; `nil` keeps trying without end, except for one that
    /// can never be processed.
    public var attempts: Int?

    /// Makes a policy.
    public init(
        firstPause: Duration = .milliseconds(100),
        longestPause: Duration = .seconds(1),
        attempts: Int?
    ) {
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.attempts = attempts
    }

    /// What comes after an attempt that failed.
    public enum Step: Sendable, Hashable {
        /// Another attempt, after a pause.
        case retry(after: Duration)
        /// The dead letters.
        case bury
    }

    /// What comes after so many attempts that failed.
    ///
    /// - Parameter isFinal: Whether no further attempt can go well: the message goes to the dead letters at once, also
    ///   where others are tried without end. Whoever can send a message could else hold up all that come after it.
    public func step(afterAttempt attempt: Int, isFinal: Bool = false) -> Step {
        if isFinal { return .bury }
        if let attempts, attempt >= attempts { return .bury }
        let doublings = min(max(attempt - 1, 0), 20)
        return .retry(after: min(longestPause, firstPause * (1 << doublings)))
    }
}
