import Dispatch

/// Runs the work of exporting on a queue of its own, so that neither encoding delays the program's tasks nor busy tasks
/// delay exporting.
final class ExportExecutor: TaskExecutor {
    static let shared = ExportExecutor()

    private let queue = DispatchQueue(label: "opentelemetry.export")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
