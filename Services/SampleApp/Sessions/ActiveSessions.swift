import Metrics
import ServiceKit
import ServiceLifecycle
import Synchronization

/// Counts the sessions that were seen lately.
final class ActiveSessions: Service {
    private let lastSeen = Mutex<[String: ContinuousClock.Instant]>([:])
    private let meter = Meter(label: "active_sessions")
    private let idle: Duration
    private let capacity: Int
    private let interval: Duration

    /// Creates a counter.
    ///
    /// - Parameters:
    ///   - idle: A session that was not seen for this long is over; 5 minutes by default.
    ///   - capacity: The most sessions that are counted; 50,000 by default.
    ///   - interval: How often those that are over are forgotten; 5 seconds by default.
    init(idle: Duration = .seconds(300), capacity: Int = 50_000, interval: Duration = .seconds(5)) {
        self.idle = idle
        self.capacity = capacity
        self.interval = interval
        meter.set(0)
    }

    var count: Int { lastSeen.withLock { $0.count } }

    /// Notes a request of a session.
    func saw(_ id: String, at now: ContinuousClock.Instant = .now) {
        lastSeen.withLock { lastSeen in
            if lastSeen[id] != nil || lastSeen.count < capacity { lastSeen[id] = now }
            // Under the lock, so that the last recorded value is the current one.
            meter.set(lastSeen.count)
        }
    }

    /// Forgets the sessions that are over.
    func sweep(at now: ContinuousClock.Instant = .now) {
        lastSeen.withLock { lastSeen in
            for (id, last) in lastSeen where last.duration(to: now) >= idle { lastSeen[id] = nil }
            meter.set(lastSeen.count)
        }
    }

    func run() async throws {
        try await PeriodicWork(every: interval) { self.sweep() }.run()
    }
}
