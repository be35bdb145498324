import ServiceKit
import Synchronization

/// The lines to the card companies' computers: each handles one request after another and forgets none, also when whoever
/// asked has given up meanwhile.
///
/// So a line whose callers give up and ask again gets more and more work that nobody waits for.
final class AcquirerRoutes: Sendable {
    /// One line: a card scheme's, for one currency.
    struct Key: Sendable, Hashable {
        let scheme: CardScheme
        let currency: Currency
    }

    private let freeAt = Mutex<[Key: ContinuousClock.Instant]>([:])
    private let longestQueue: Duration

    /// Creates idle lines.
    ///
    /// - Parameter longestQueue: How much work a line takes on before it turns requests away; 5 s by default.
    init(longestQueue: Duration = .seconds(5)) {
        self.longestQueue = longestQueue
    }

    /// Puts a request in a line.
    ///
    /// - Returns: When it will have been handled, or `nil` when the line takes no more.
    func enqueue(_ key: Key, at now: ContinuousClock.Instant = .now) -> ContinuousClock.Instant? {
        freeAt.withLock { freeAt in
            let start = max(now, freeAt[key] ?? now)
            guard now.duration(to: start) <= longestQueue else { return nil }
            let end = start + key.scheme.handlingTime
            freeAt[key] = end
            return end
        }
    }
}

extension CardScheme {
    /// How long the company's computer is busy with one request.
    fileprivate var handlingTime: Duration {
        switch self {
        case .visa: .milliseconds(8)
        case .mastercard, .unknown: .milliseconds(70)
        }
    }
}
