import CoreMetrics
import Synchronization

/// What a pool reports, by OpenTelemetry's semantic conventions for database connection pools.
final class PoolMetrics: Sendable {
    /// What was reported last: most changes leave one of the three as it was.
    private struct Levels {
        var idle = 0
        var used = 0
        var pending = 0
    }

    private let reported = Mutex(Levels())
    private let idle: Meter
    private let used: Meter
    private let pending: Meter
    private let timeouts: Counter
    private let waitTime: Timer
    private let useTime: Timer
    private let createTime: Timer

    init(pool: String, maximum: Int) {
        let name = ("db.client.connection.pool.name", pool)
        idle = Meter(label: "db.client.connection.count", dimensions: [name, ("db.client.connection.state", "idle")])
        used = Meter(label: "db.client.connection.count", dimensions: [name, ("db.client.connection.state", "used")])
        pending = Meter(label: "db.client.connection.pending_requests", dimensions: [name])
        timeouts = Counter(label: "db.client.connection.timeouts", dimensions: [name])
        waitTime = Timer(label: "db.client.connection.wait_time", dimensions: [name])
        useTime = Timer(label: "db.client.connection.use_time", dimensions: [name])
        createTime = Timer(label: "db.client.connection.create_time", dimensions: [name])
        Meter(label: "db.client.connection.max", dimensions: [name]).set(maximum)
        idle.set(0)
        used.set(0)
        pending.set(0)
        timeouts.increment(by: 0)
    }

    func opened(in duration: Duration) { createTime.record(duration) }

    /// The pool's connections and queue as they are now. Called under the pool's lock, so that the last recorded value
    /// is the current one.
    func report(_ state: PoolState) {
        let now = Levels(idle: state.idle.count, used: state.leases.count, pending: state.waiting.count)
        let before = reported.withLock { reported in
            defer { reported = now }
            return reported
        }
        if now.idle != before.idle { idle.set(now.idle) }
        if now.used != before.used { used.set(now.used) }
        if now.pending != before.pending { pending.set(now.pending) }
    }

    func granted(after wait: Duration) { waitTime.record(wait) }
    func returned(after use: Duration) { useTime.record(use) }
    func timedOut() { timeouts.increment() }
}

extension Timer {
    fileprivate func record(_ duration: Duration) {
        recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }
}
