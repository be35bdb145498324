import Metrics
import Synchronization

/// Counts the sessions that were seen lately.
final class ActiveSessions: Sendable {
    private struct State {
        var lastSeen: [String: ContinuousClock.Instant] = [:]
        var nextSweep = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let meter = Meter(label: "active_sessions")
    private let idle: Duration
    private let capacity: Int

    /// Creates a counter.
    ///
    /// - Parameters:
    ///   - idle: A session that was not seen for this long is over; 5 minutes by default.
    ///   - capacity: The most sessions that are kept in mind; beyond that the count stands still.
    init(idle: Duration = .seconds(300), capacity: Int = 50_000) {
        self.idle = idle
        self.capacity = capacity
        meter.set(0)
    }

    func saw(_ id: String, at now: ContinuousClock.Instant = .now) {
        let count = state.withLock { state in
            if state.lastSeen[id] != nil || state.lastSeen.count < capacity { state.lastSeen[id] = now }
            if now >= state.nextSweep {
                state.lastSeen = state.lastSeen.filter { $0.value.duration(to: now) < idle }
                state.nextSweep = now + idle / 20
            }
            return state.lastSeen.count
        }
        meter.set(count)
    }
}
