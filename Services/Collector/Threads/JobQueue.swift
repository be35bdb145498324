import Glibc
import Synchronization

/// Work that waits for a thread, in the order in which it came.
final class JobQueue: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var first = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let available: Semaphore = Semaphore()

    /// Starts a thread that works until ``close()`` is called and nothing waits.
    func startThread() {
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { queue in
                Unmanaged<JobQueue>.fromOpaque(queue!).takeRetainedValue().work()
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        precondition(result == 0, "The system gives no thread: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    /// Adds work.
    func append(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.waiting.append(work) }
        available.signal()
    }

    /// Lets the threads end once nothing waits.
    func close() {
        state.withLock { $0.isClosed = true }
        available.signal()
    }

    private func work() {
        while true {
            available.wait()
            let (job, isClosed) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
                guard state.first < state.waiting.count else { return (nil, state.isClosed) }
                let job = state.waiting[state.first]
                state.first += 1
                if state.first == state.waiting.count {
                    state.waiting.removeAll(keepingCapacity: true)
                    state.first = 0
                }
                return (job, false)
            }
            if let job {
                job()
            } else if isClosed {
                // The other threads must see it too.
                return available.signal()
            }
        }
    }
}

/// A counting semaphore of the system.
///
/// Unchecked: the semaphore is made for use from any thread, and its memory stays where it is until nobody can use it.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() {
        sem_post(semaphore)
    }

    func wait() {
        while sem_wait(semaphore) != 0, errno == EINTR {}
    }
}
