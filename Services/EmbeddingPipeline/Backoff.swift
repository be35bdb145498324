/// How long to wait before the next try: twice as long each time up to half a minute, and spread.
struct Backoff: Sendable {
    /// Failures in a row.
    var failures = 0

    private static let initial: Duration = .milliseconds(500)
    private static let limit: Duration = .seconds(30)
    private static let longestAsked: Duration = .seconds(300)

    /// The wait after the failures so far.
    ///
    /// - Parameters:
    ///   - asked: What the other side asked for, which counts when it is longer; five minutes at most.
    ///   - spread: The factor that keeps several from trying in step.
    func delay(asked: Duration? = nil, spread: Double = .random(in: 0.75...1.25)) -> Duration {
        let own = min(Self.initial * (1 << min(max(0, failures - 1), 10)), Self.limit) * spread
        return max(own, min(asked ?? .zero, Self.longestAsked))
    }
}
