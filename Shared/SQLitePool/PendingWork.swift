import Deadlines
import Synchronization

/// A caller's piece of work from its request for a connection on: whether it was cancelled, its deadline, and how long
/// it waited.
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
    /// When the caller's request is over.
    let deadline: Deadline?
    private let state = Mutex(State())

    init(id: UInt64, deadline: Deadline?) {
        self.id = id
        self.deadline = deadline
    }

    /// When the work has to be over: after the given time, or with the caller's request if that ends earlier.
    func limit(_ time: Duration?, from start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let time else { return deadline?.instant }
        return min(start + time, deadline?.instant ?? start + time)
    }

    /// Whether the caller's request is over.
    func isOver(at now: ContinuousClock.Instant) -> Bool { deadline.map { $0.instant <= now } ?? false }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    var wait: Wait? { state.withLock { $0.wait } }

    func cancel() { state.withLock { $0.isCancelled = true } }
    func queued(behind ahead: Int) { state.withLock { $0.wait = Wait(ahead: ahead) } }
    func waited(_ duration: Duration) { state.withLock { $0.wait?.duration = duration } }
}
