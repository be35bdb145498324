import ServiceKit
import Synchronization

/// The lines to the card companies' computers. Each handles one request after another, also when the
/// caller has given up in the meantime.
///
/// A line whose computer fails switches to a slow standby. It switches back when its queue is empty, or when its
/// operators notice. So a line whose callers retry stays slow long after its computer has recovered.
final class AcquirerRoutes: Sendable {
    /// One line: a card scheme's, for one currency.
    struct Key: Sendable, Hashable {
        let scheme: CardScheme
        let currency: Currency
    }

    private struct Line {
        var freeAt: ContinuousClock.Instant
        /// When the computer failed last; `nil` when the line is not on its standby.
        var failedAt: ContinuousClock.Instant?
    }

    /// How long the computer is busy with one request.
    static let handlingTime: Duration = .milliseconds(4)
    /// How long the standby is.
    static let standbyHandlingTime: Duration = .milliseconds(120)
    /// How long its operators take to notice that the standby is no longer needed.
    static let standbyLimit: Duration = .seconds(60)

    private let lines = Mutex<[Key: Line]>([:])
    private let longestQueue: Duration

    /// Creates idle lines.
    ///
    /// - Parameter longestQueue: How much work a line takes on before it turns requests away; 4 s by default.
    init(longestQueue: Duration = .seconds(4)) {
        self.longestQueue = longestQueue
    }

    /// Puts a request in a line.
    ///
    /// - Parameter isFailing: Whether the line's computer fails right now.
    /// - Returns: When it will have been handled, or `nil` when the line takes no more.
    func enqueue(_ key: Key, isFailing: Bool, at now: ContinuousClock.Instant = .now) -> ContinuousClock.Instant? {
        lines.withLock { lines in
            var line = lines[key] ?? Line(freeAt: now)
            if isFailing {
                line.failedAt = now
            } else if line.freeAt <= now || line.failedAt.map({ $0.duration(to: now) > Self.standbyLimit }) == true {
                line.failedAt = nil
            }
            let start = max(now, line.freeAt)
            guard now.duration(to: start) <= longestQueue else { return nil }
            line.freeAt = start + (line.failedAt == nil ? Self.handlingTime : Self.standbyHandlingTime)
            lines[key] = line
            return line.freeAt
        }
    }
}
