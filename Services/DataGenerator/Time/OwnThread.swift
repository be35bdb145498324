import Glibc
import Synchronization

/// A thread that runs the tasks which prefer it, one after another, and that they may block: for what waits more exactly
/// than timers do, and for writing files. The threads that all tasks share stay free.
final class OwnThread: TaskExecutor {
    private struct State {
        var queued: [UnownedJob] = []
        var isEnding = false
    }

    private let state = Mutex(State())
    private let wake: WakeUp

    /// Starts a thread; it ends after ``end()``.
    init() {
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

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.queued.append(job) }
        wake.signal()
    }

    /// Lets the thread end once nothing is left to run. No task may prefer it afterwards.
    func end() {
        state.withLock { $0.isEnding = true }
        wake.signal()
    }

    private func runJobs() {
        while true {
            let (jobs, isEnding) = state.withLock { state in
                defer { state.queued = [] }
                return (state.queued, state.isEnding)
            }
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if jobs.isEmpty {
                if isEnding { return }
                wake.wait()
            }
        }
    }
}

/// A POSIX semaphore.
private final class WakeUp: @unchecked Sendable {
    // A semaphore is made for use from several threads; the pointer never changes.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
