import Synchronization

/// Whether a call that failed is tried again.
///
/// Without a budget every call is tried as often as it may be, which multiplies the load on a callee in trouble. With
/// one, retries are at most a tenth of the calls.
final class RetryPolicy: Sendable {
    let attempts: Int
    let hasBudget: Bool
    /// Tenths of a retry that the calls so far have earned.
    private let earned = Mutex(100)

    init(attempts: Int, hasBudget: Bool) {
        self.attempts = attempts
        self.hasBudget = hasBudget
    }

    /// Notes a first attempt.
    func began() {
        guard hasBudget else { return }
        earned.withLock { $0 = min($0 + 1, 100) }
    }

    /// Whether the attempt with a number, counted from 1, may be followed by another.
    func mayRetry(after attempt: Int) -> Bool {
        guard attempt < attempts else { return false }
        guard hasBudget else { return true }
        return earned.withLock { earned in
            guard earned >= 10 else { return false }
            earned -= 10
            return true
        }
    }
}
