import Glibc

/// Work that blocks, on a thread that is made for it: the threads of tasks are few, and nothing may hold them up.
enum BlockingThread {
    private final class Job: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }

    /// Runs the work and gives what it gave.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            start { continuation.resume(returning: work()) }
        }
    }

    private static func start(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { job in
                Unmanaged<Job>.fromOpaque(job!).takeRetainedValue().work()
                return nil
            },
            Unmanaged.passRetained(Job(work)).toOpaque()
        )
        precondition(result == 0, "The system gives no thread: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }
}
