/// One thread for the files of one log: writing and syncing block it, and nobody else.
final class LogThread: SerialExecutor {
    private let jobs = JobQueue()

    /// Starts the thread; it ends when the executor is released.
    init() {
        jobs.startThread()
    }

    deinit {
        jobs.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let executor = asUnownedSerialExecutor()
        let job = UnownedJob(job)
        jobs.append { job.runSynchronously(on: executor) }
    }
}
