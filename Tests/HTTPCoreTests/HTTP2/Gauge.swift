import Synchronization

/// Counts who is inside now, and how many there were at most.
final class Gauge: Sendable {
    private let counts = Mutex((now: 0, highest: 0))

    var now: Int { counts.withLock { $0.now } }
    var highest: Int { counts.withLock { $0.highest } }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.highest = max(counts.highest, counts.now)
        }
    }

    func leave() { counts.withLock { $0.now -= 1 } }
}
