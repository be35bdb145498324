import CLinux
import Dispatch
import Glibc
import Synchronization

/// One event loop: a serial queue, an epoll descriptor with all sockets of the shard, and one Dispatch source on it.
///
/// A shard is also the executor of the tasks that serve its connections. What an event wakes runs on the same thread
/// right after the batch of events, so that answering a request needs no change of thread.
///
/// Shards live as long as the process. Dispatch may crash when a source's descriptor sees a peer reset, so sockets never
/// get a source of their own; the epoll descriptor cannot be reset by anybody.
final class Shard: TaskExecutor, Sendable {
    private struct Jobs {
        var queued: [UnownedJob] = []
        /// Whether something on the queue will run what is queued.
        var isScheduled = false
        /// What wants to send what it has gathered once the queued jobs have run.
        var unsent: [OutputBuffer] = []
    }

    private struct Watched {
        var channels: [UInt64: Channel] = [:]
        var reminders = ExpiryHeap()
        var timerIsSetFor = MonotonicTime.distantFuture
    }

    /// The process's shards, one a core.
    static let all: [Shard] = (0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))).map { Shard(number: $0) }

    private static let nextIndex = Atomic<Int>(0)

    /// A shard, each in its turn.
    static var next: Shard {
        all[nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue % all.count]
    }

    private let queue: DispatchQueue
    private let epoll: Int32
    // Set up here and activated once; from then on only Dispatch, which is thread-safe, touches them.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    private let jobs = Mutex(Jobs())
    private let watched = Mutex(Watched())
    /// The memory that this shard's connections work in.
    let blocks = BlockPool()
    private let openChannels = Atomic<Int>(0)
    private let lastToken = Atomic<UInt64>(0)

    private init(number: Int) {
        queue = DispatchQueue(label: "http.shard.\(number)")
        epoll = linux_epoll_create()
        precondition(epoll >= 0, "epoll_create1 failed: \(String(cString: strerror(-epoll)))")
        source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { @Sendable [unowned self] in drainEvents() }
        timer.setEventHandler { @Sendable [unowned self] in expire() }
        source.activate()
        timer.activate()
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// How many channels this process has open; for tests that look for leaks.
    static var openChannelCount: Int { all.reduce(0) { $0 + $1.openChannels.load(ordering: .relaxed) } }

    // MARK: Running jobs

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustSchedule = jobs.withLock { jobs in
            jobs.queued.append(job)
            defer { jobs.isScheduled = true }
            return !jobs.isScheduled
        }
        if mustSchedule { queue.async { @Sendable [self] in runJobs() } }
    }

    /// Has a buffer sent after the jobs that are queued now: whoever gathers responses in it may be held up until then.
    func sendAfterJobs(_ output: OutputBuffer) {
        let mustSchedule = jobs.withLock { jobs in
            jobs.unsent.append(output)
            defer { jobs.isScheduled = true }
            return !jobs.isScheduled
        }
        if mustSchedule { queue.async { @Sendable [self] in runJobs() } }
    }

    private func runJobs() {
        var batch: [UnownedJob] = []
        while true {
            var unsent: [OutputBuffer] = []
            let more = jobs.withLock { jobs in
                batch.removeAll(keepingCapacity: true)
                swap(&batch, &jobs.queued)
                if batch.isEmpty, !jobs.unsent.isEmpty { swap(&unsent, &jobs.unsent) }
                jobs.isScheduled = !batch.isEmpty || !unsent.isEmpty
                return jobs.isScheduled
            }
            guard more else { return }
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            for output in unsent { output.sendAvailable() }
        }
    }

    // MARK: Watching sockets

    /// A number that no other channel of this shard ever had, so that a late event never reaches a descriptor's heir.
    func makeToken() -> UInt64 {
        lastToken.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func add(_ channel: Channel) throws(SystemCallError) {
        watched.withLock { $0.channels[channel.token] = channel }
        openChannels.wrappingAdd(1, ordering: .relaxed)
        let result = linux_epoll_add_edge_triggered(epoll, channel.descriptor, channel.token)
        guard result == 0 else {
            remove(channel)
            throw SystemCallError(call: "epoll_ctl", code: -result)
        }
    }

    /// Forgets a channel; the kernel forgets its descriptor when that is closed.
    func remove(_ channel: Channel) {
        let removed = watched.withLock { $0.channels.removeValue(forKey: channel.token) }
        if removed != nil { openChannels.wrappingSubtract(1, ordering: .relaxed) }
    }

    /// How often one turn on the queue asks for events again before it lets timers and other work have theirs.
    private static let maximumRounds = 16

    private func drainEvents() {
        withUnsafeTemporaryAllocation(of: linux_ready.self, capacity: 256) { ready in
            for _ in 0..<Self.maximumRounds {
                jobs.withLock { $0.isScheduled = true }
                let count = linux_epoll_poll(epoll, ready.baseAddress, Int32(ready.count))
                for event in ready[..<max(0, Int(count))] {
                    let channel = watched.withLock { $0.channels[event.token] }
                    channel?.ready(event.events)
                }
                runJobs()
                guard count > 0 else { return }
            }
        }
    }

    // MARK: Deadlines

    func remind(_ channel: Channel, at time: MonotonicTime) {
        watched.withLock { watched in
            watched.reminders.insert(.init(time: time, token: channel.token))
            setTimer(&watched)
        }
    }

    private func expire() {
        let now = MonotonicTime.now
        var due: [Channel] = []
        watched.withLock { watched in
            watched.timerIsSetFor = .distantFuture
            while let entry = watched.reminders.popDue(at: now) {
                if let channel = watched.channels[entry.token] { due.append(channel) }
            }
        }
        jobs.withLock { $0.isScheduled = true }
        let again = due.compactMap { channel in channel.reminded(at: now).map { (channel, $0) } }
        watched.withLock { watched in
            for (channel, time) in again { watched.reminders.insert(.init(time: time, token: channel.token)) }
            setTimer(&watched)
        }
        runJobs()
    }

    private func setTimer(_ watched: inout Watched) {
        guard let first = watched.reminders.first, first < watched.timerIsSetFor else { return }
        watched.timerIsSetFor = first
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: first.nanoseconds), leeway: .milliseconds(1))
    }
}
