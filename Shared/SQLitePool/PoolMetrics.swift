import CoreMetrics

/// What a pool reports, by OpenTelemetry's semantic conventions for database connection pools.
final class PoolMetrics: Sendable {
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
        idle.set(state.idle.count)
        used.set(state.leases.count)
        pending.set(state.waiting.count)
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
