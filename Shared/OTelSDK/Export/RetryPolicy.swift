/// When an export is tried again (OTLP specification, OTLP/HTTP Response and Failures).
public struct RetryPolicy: Sendable, Hashable {
    /// How often one request is sent at most, the first time included; 5 by default.
    public var maximumAttempts = 5
    /// How long to wait after the first failure; 1 s by default.
    public var initialBackoff: Duration = .seconds(1)
    /// How long to wait at most; 5 s by default.
    public var maximumBackoff: Duration = .seconds(5)
    /// By how much each wait is longer than the one before; 1.5 by default.
    public var multiplier = 1.5

    /// The default policy.
    public init() {}

    /// Whether a response with this status may become a success later: 429, 502, 503 and 504, and no other.
    static func isRetryable(status: Int) -> Bool {
        switch status {
        case 429, 502, 503, 504: true
        default: false
        }
    }

    /// How long to wait after the given attempt, from 1 on; what the server asks for counts first.
    ///
    /// - Parameter jitter: From 0 to 1: where in the second half of the wait to end, so that clients spread out.
    func backoff(after attempt: Int, retryAfter: Duration?, jitter: Double) -> Duration {
        if let retryAfter { return retryAfter }
        var backoff = initialBackoff
        for _ in 1..<max(1, attempt) { backoff = min(backoff * multiplier, maximumBackoff) }
        return backoff * (0.5 + jitter / 2)
    }
}
