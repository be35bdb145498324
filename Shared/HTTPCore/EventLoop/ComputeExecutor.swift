import Deadlines
import DequeModule
import Dispatch
import Glibc
import HTTPTypes
import Synchronization

/// Threads for work that computes: a search of a long list, a hash, decompression, the decoding of a large body.
///
/// A request's task runs on the event loop of its connection, and work that keeps it busy there stalls every other
/// connection of that loop. Such work comes here instead, and the task goes back to its loop afterwards:
///
/// ```swift
/// let card = try await ComputeExecutor.shared.run { cache.search(for: number) }
/// ```
///
/// At most ``width`` pieces of work run at once, in the order in which they came; ``maximumPending`` may wait, and one
/// that comes beyond them is refused. Work that must not hold up other work gets an executor of its own. What waits for
/// a disk or a network does not belong here: it would hold a thread and compute nothing.
public final class ComputeExecutor: TaskExecutor, Sendable {
    /// The process's executor: one thread a core.
    public static let shared = ComputeExecutor(name: "compute")

    /// The executor's name in errors, and that of its queues in a debugger.
    public let name: String
    /// How many pieces of work run at once.
    public let width: Int
    /// How many pieces of work may wait while all threads are busy.
    public let maximumPending: Int

    private struct State {
        var jobs = Deque<UnownedJob>()
        /// The threads that run nothing, by number.
        var idle: [Int]
        /// How many calls of `run` have begun and not ended.
        var admitted = 0
    }

    private let queues: [DispatchQueue]
    private let state: Mutex<State>

    /// Creates an executor. It holds threads only while it has something to run.
    ///
    /// - Parameters:
    ///   - name: What it is called.
    ///   - width: How many pieces of work run at once; as many as there are cores by default, and never more.
    ///   - maximumPending: How many pieces of work may wait; 1,024 by default.
    public init(name: String, width: Int? = nil, maximumPending: Int = 1_024) {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let width = min(cores, max(1, width ?? cores))
        self.name = name
        self.width = width
        self.maximumPending = max(0, maximumPending)
        // Serial queues get threads beyond those that Swift's tasks share.
        queues = (0..<width).map { DispatchQueue(label: "\(name).\($0)") }
        state = Mutex(State(idle: Array((0..<width).reversed())))
    }

    /// How many pieces of work run or wait now.
    public var load: Int { state.withLock { $0.admitted } }

    /// Runs work on one of the threads and returns what it returns.
    ///
    /// When a task is cancelled while it waits, or its `Deadline.current` passes, it throws once its turn comes, and
    /// its work does not run.
    ///
    /// - Throws: ``ComputeExecutorError``, at once when too much waits already; `CancellationError`; what the work
    ///   throws.
    public func run<Result: Sendable>(_ work: @Sendable () throws -> Result) async throws -> Result {
        try state.withLock { state in
            guard state.admitted < width + maximumPending else {
                throw ComputeExecutorError.full(executor: name, limit: maximumPending)
            }
            state.admitted += 1
        }
        defer { state.withLock { $0.admitted -= 1 } }
        return try await withTaskExecutorPreference(self) {
            try await compute(work)
        }
    }

    /// Nonisolated and concurrent, so that it runs on the task's preferred executor.
    @concurrent
    private func compute<Result: Sendable>(_ work: @Sendable () throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        if Deadline.current?.hasPassed == true { throw ComputeExecutorError.deadlineExceeded(executor: name) }
        return try work()
    }

    /// Runs a job of a task that prefers this executor. ``maximumPending`` does not bound these: a task that was begun
    /// has to go on.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let idle = state.withLock { state in
            state.jobs.append(job)
            return state.idle.popLast()
        }
        guard let idle else { return }
        queues[idle].async { @Sendable [self] in runJobs(thread: idle) }
    }

    private func runJobs(thread: Int) {
        while true {
            let next = state.withLock { state in
                let job = state.jobs.popFirst()
                if job == nil { state.idle.append(thread) }
                return job
            }
            guard let next else { return }
            next.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

/// Why work was not run.
public enum ComputeExecutorError: Error, Sendable, Equatable, CustomStringConvertible, HTTPResponseError {
    /// As many pieces of work as allowed were waiting.
    case full(executor: String, limit: Int)
    /// The task's deadline passed while the work waited.
    case deadlineExceeded(executor: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .full(let executor, let limit):
            "The executor \(executor) has \(limit) pieces of work waiting: send less at once, or try again later."
        case .deadlineExceeded(let executor):
            "The request's deadline passed while its work waited in the executor \(executor)."
        }
    }

    /// 503, and 504 for a deadline.
    public func response() -> Response {
        switch self {
        case .full: .problem(.serviceUnavailable)
        case .deadlineExceeded: .problem(.gatewayTimeout)
        }
    }
}
