import Glibc
import Synchronization

/// A task executor with one thread of its own: an event loop for a load, exact to a few
/// microseconds where timers are not, and a place for blocking work such as writing files. The cooperative pool
/// stays free.
package final class OwnThread: TaskExecutor {
    private struct State {
        var queued: [UnownedJob] = []
        var sleepers: [Sleeper] = []
        var isWaiting = false
        var isEnding = false

        /// Whether the thread has to be woken; it is, once.
        mutating func takeWaiting() -> Bool {
            defer { isWaiting = false }
            return isWaiting
        }
    }

    private struct Sleeper {
        let moment: Instant
        let continuation: UnsafeContinuation<Void, Never>
    }

    /// The longest wait in one piece, in nanoseconds: it is measured on the system's clock, which may be set meanwhile.
    private static let longestWait: Int64 = 20_000_000

    private let state = Mutex(State())
    private let wake: WakeUp

    /// Starts a thread; it ends after ``end()``.
    package init() {
        wake = WakeUp()
        let start = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { start in
                Unmanaged<OwnThread>.fromOpaque(start!).takeRetainedValue().runJobs()
                return nil
            },
            start.toOpaque()
        )
        precondition(result == 0, "No thread could be started: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustWake = state.withLock { state in
            state.queued.append(job)
            return state.takeWaiting()
        }
        if mustWake { wake.signal() }
    }

    /// Suspends until a moment, but not for longer than 20 ms, so that the caller can check other conditions.
    ///
    /// - Returns: Whether the moment has come.
    package func sleep(until moment: Instant) async -> Bool {
        let now = Instant.now
        guard moment > now else { return true }
        let end = min(moment, now + Self.longestWait)
        await withUnsafeContinuation { continuation in
            let mustWake = state.withLock { state in
                state.sleepers.append(Sleeper(moment: end, continuation: continuation))
                return state.takeWaiting()
            }
            if mustWake { wake.signal() }
        }
        return end == moment
    }

    /// Lets the thread end once nothing is left to run. No task may prefer it afterwards.
    package func end() {
        state.withLock { $0.isEnding = true }
        wake.signal()
    }

    private func runJobs() {
        while true {
            resumeSleepers()
            let (jobs, next, isEnding) = state.withLock { state in
                defer { state.queued.removeAll() }
                state.isWaiting = state.queued.isEmpty
                return (state.queued, state.sleepers.map(\.moment).min(), state.isEnding)
            }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            guard jobs.isEmpty else { continue }
            if isEnding, next == nil { return }
            wake.wait(atMost: next.map { min($0 - .now, Self.longestWait) })
        }
    }

    /// Wakes the tasks whose moment has come; they join the queue.
    private func resumeSleepers() {
        let due = state.withLock { state -> [Sleeper] in
            guard !state.sleepers.isEmpty else { return [] }
            let now = Instant.now
            let due = state.sleepers.filter { $0.moment <= now }
            if !due.isEmpty { state.sleepers.removeAll { $0.moment <= now } }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }
}

/// A POSIX semaphore.
///
/// `@unchecked Sendable`: a semaphore is made for use from several threads, and the pointer never changes.
private final class WakeUp: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    /// Waits for a signal; at most for some nanoseconds, where they are given.
    func wait(atMost nanoseconds: Int64?) {
        guard let nanoseconds else {
            while sem_wait(semaphore) != 0, errno == EINTR {}
            return
        }
        guard nanoseconds > 0 else { return }
        var end = timespec()
        clock_gettime(CLOCK_REALTIME, &end)
        let total = Int64(end.tv_nsec) + nanoseconds
        end.tv_sec += Int(total / 1_000_000_000)
        end.tv_nsec = Int(total % 1_000_000_000)
        while sem_timedwait(semaphore, &end) != 0, errno == EINTR {}
    }
}
