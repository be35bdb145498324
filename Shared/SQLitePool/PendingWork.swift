import Synchronization

/// A caller's piece of work from its request for a connection on: whether it is still wanted, and how long it waited.
final class PendingWork: Sendable {
    /// A wait in the pool's queue.
    struct Wait: Sendable {
        /// How many were in line before.
        let ahead: Int
        var duration: Duration = .zero
    }

    private struct State {
        var isCancelled = false
        var wait: Wait?
    }

    let id: UInt64
    private let state = Mutex(State())

    init(id: UInt64) {
        self.id = id
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    var wait: Wait? { state.withLock { $0.wait } }

    func cancel() { state.withLock { $0.isCancelled = true } }
    func queued(behind ahead: Int) { state.withLock { $0.wait = Wait(ahead: ahead) } }
    func waited(_ duration: Duration) { state.withLock { $0.wait?.duration = duration } }
}
