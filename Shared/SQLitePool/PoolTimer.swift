import Dispatch
import Synchronization

/// Wakes the pool at the next moment at which a wait, a statement or a lease may be over.
///
/// At most one wake-up is current, and there is none while there is nothing to watch.
final class PoolTimer: Sendable {
    /// Looks at what is over and returns when to look again.
    typealias Look = @Sendable (ContinuousClock.Instant) -> ContinuousClock.Instant?

    private let queue: DispatchQueue
    private let armed = Mutex<ContinuousClock.Instant?>(nil)

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    /// Calls `look` at the given moment or earlier.
    func arm(by deadline: ContinuousClock.Instant, _ look: @escaping Look) {
        let mustSchedule = armed.withLock { armed in
            if let armed, armed <= deadline { return false }
            armed = deadline
            return true
        }
        guard mustSchedule else { return }
        let wait = max(.milliseconds(1), ContinuousClock.now.duration(to: deadline))
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(wait / .nanoseconds(1)))) { [weak self] in
            self?.fire(deadline, look)
        }
    }

    private func fire(_ scheduled: ContinuousClock.Instant, _ look: @escaping Look) {
        let isCurrent = armed.withLock { armed in
            // After an earlier deadline was armed, that one's wake-up sees to everything.
            guard armed == scheduled else { return false }
            armed = nil
            return true
        }
        guard isCurrent, let next = look(.now) else { return }
        arm(by: max(next, .now + .milliseconds(10)), look)
    }
}
