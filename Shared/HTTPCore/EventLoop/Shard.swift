import CLinux
import Dispatch
import Glibc
import HeapModule
import Synchronization

/// One event loop: a serial queue, an epoll descriptor with all sockets of the shard, and one Dispatch source on it.
///
/// A shard is also the executor of the tasks that serve its connections. What an event wakes runs on the same thread
/// right after the batch of events, so that answering a request needs no change of thread.
///
/// An idle shard holds no thread: the source wakes it. From its first event on it stays on the queue and waits in the
/// kernel for the next ones, since going back to Dispatch after each batch costs two changes of thread; when nothing
/// has come for ``patience``, it leaves. The queue is serial and therefore overcommits: a shard that waits takes no
/// thread away from Swift's tasks.
///
/// Shards live as long as the process. Dispatch may crash when a source's descriptor sees a peer reset, so sockets
/// never get a source of their own; the epoll descriptor has no peer.
final class Shard: TaskExecutor, Sendable {
    /// What runs the queued jobs.
    private enum Runner {
        /// Nothing is scheduled.
        case none
        /// A block on the queue, or the loop while it is not waiting.
        case scheduled
        /// The loop, once it is woken.
        case waiting
    }

    private struct Jobs {
        var queued: [UnownedJob] = []
        var runner = Runner.none
        /// What wants to send what it has gathered once the queued jobs have run.
        var unsent: [OutputBuffer] = []
    }

    private struct Watched {
        var channels: [UInt64: Channel] = [:]
        var reminders = Heap<Reminder>()
        var timerIsSetFor = MonotonicTime.distantFuture
        /// When the loop looks at the reminders again by itself.
        var loopLooks = MonotonicTime.distantFuture
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
    /// Wakes the loop while it waits; among the sockets in the epoll set.
    private let wakeUp: Int32
    // Set up here and activated once; from then on only Dispatch, which is thread-safe, touches them.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    private let jobs = Mutex(Jobs())
    private let watched = Mutex(Watched())
    /// The memory that this shard's connections work in.
    let blocks = BlockPool()
    private let lastToken = Atomic<UInt64>(0)

    private init(number: Int) {
        queue = DispatchQueue(label: "http.shard.\(number)")
        epoll = linux_epoll_create()
        precondition(epoll >= 0, "epoll_create1 failed: \(String(cString: strerror(-epoll)))")
        wakeUp = linux_eventfd()
        precondition(wakeUp >= 0, "eventfd failed: \(String(cString: strerror(-wakeUp)))")
        let added = linux_epoll_add_edge_triggered(epoll, wakeUp, Self.wakeUpToken)
        precondition(added == 0, "epoll_ctl failed: \(String(cString: strerror(-added)))")
        source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
        timer = DispatchSource.makeTimerSource(queue: queue)
        source.setEventHandler { @Sendable [unowned self] in loop() }
        timer.setEventHandler { @Sendable [unowned self] in expire() }
        source.activate()
        timer.activate()
        _ = signal(SIGPIPE, SIG_IGN)
    }

    // MARK: Running jobs

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add { $0.queued.append(job) }
    }

    /// Has a buffer sent after the jobs that are queued now: the task that gathers responses in it may be held up until
    /// then.
    func sendAfterJobs(_ output: OutputBuffer) {
        add { $0.unsent.append(output) }
    }

    private func add(_ work: (inout Jobs) -> Void) {
        let runner = jobs.withLock { jobs in
            work(&jobs)
            defer { jobs.runner = .scheduled }
            return jobs.runner
        }
        switch runner {
        case .none: queue.async { @Sendable [self] in runJobsInTurns() }
        case .waiting: _ = linux_eventfd_signal(wakeUp)
        case .scheduled: break
        }
    }

    /// How many batches of jobs run before the loop looks for events again. A task that yields again and again, until a
    /// client has left for instance, would else keep its own shard from ever seeing that.
    private static let batchesAtOnce = 64

    /// Runs jobs until none is queued, or until others must have their turn.
    ///
    /// - Parameter next: Who runs those that come later.
    /// - Returns: Whether there are more.
    private func runJobs(next: Runner = .none) -> Bool {
        var batch: [UnownedJob] = []
        for _ in 0..<Self.batchesAtOnce {
            var unsent: [OutputBuffer] = []
            let more = jobs.withLock { jobs in
                batch.removeAll(keepingCapacity: true)
                swap(&batch, &jobs.queued)
                if batch.isEmpty, !jobs.unsent.isEmpty { swap(&unsent, &jobs.unsent) }
                let more = !batch.isEmpty || !unsent.isEmpty
                if !more { jobs.runner = next }
                return more
            }
            guard more else { return false }
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            for output in unsent { output.sendAvailable() }
        }
        var unsent: [OutputBuffer] = []
        jobs.withLock { swap(&unsent, &$0.unsent) }
        for output in unsent { output.sendAvailable() }
        return true
    }

    /// Runs jobs where no loop does, in turns with what else the queue has to do.
    private func runJobsInTurns() {
        if runJobs() { queue.async { @Sendable [self] in runJobsInTurns() } }
    }

    // MARK: Watching sockets

    /// A number unique within this shard, so that a late event never reaches another channel with the same descriptor.
    func makeToken() -> UInt64 {
        lastToken.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func add(_ channel: Channel) throws(SystemCallError) {
        watched.withLock { $0.channels[channel.token] = channel }
        let result = linux_epoll_add_edge_triggered(epoll, channel.descriptor, channel.token)
        guard result == 0 else {
            remove(channel)
            throw SystemCallError(call: "epoll_ctl", code: -result)
        }
    }

    /// Forgets a channel; the kernel forgets its descriptor when that is closed.
    func remove(_ channel: Channel) {
        watched.withLock { _ = $0.channels.removeValue(forKey: channel.token) }
    }

    // MARK: The loop

    /// How long the loop waits for the next event before it gives its thread back, in milliseconds.
    private static let patience: Int32 = 50
    /// No channel has this token.
    private static let wakeUpToken: UInt64 = 0

    /// Delivers events and runs what they wake, until nothing happens any more.
    private func loop() {
        jobs.withLock { $0.runner = .scheduled }
        withUnsafeTemporaryAllocation(of: linux_ready.self, capacity: 256) { ready in
            var wait: Int32 = 0
            while true {
                let count = linux_epoll_wait(epoll, ready.baseAddress, Int32(ready.count), wait)
                guard goesOn(after: count, waited: wait) else { return }
                deliver(UnsafeMutableBufferPointer(rebasing: ready[..<max(0, Int(count))]))
                expireDue()
                // After the jobs: they may have set deadlines, and one that is set from here on wakes the loop.
                wait = runJobs(next: .waiting) ? 0 : timeToWait()
            }
        }
    }

    /// Whether the loop has something to do: events, jobs that were queued while it waited, or a deadline.
    private func goesOn(after count: Int32, waited: Int32) -> Bool {
        jobs.withLock { jobs in
            if count > 0 || waited < Self.patience {
                jobs.runner = .scheduled
                return true
            }
            if jobs.runner == .waiting { jobs.runner = .none }
            return jobs.runner == .scheduled
        }
    }

    private func deliver(_ events: UnsafeMutableBufferPointer<linux_ready>) {
        for event in events where event.token != Self.wakeUpToken {
            let channel = watched.withLock { $0.channels[event.token] }
            channel?.ready(event.events)
        }
    }

    // MARK: Deadlines

    func remind(_ channel: Channel, at time: MonotonicTime) {
        let isEarlier = watched.withLock { watched in
            watched.reminders.insert(Reminder(time: time, token: channel.token))
            setTimer(&watched)
            return time < watched.loopLooks
        }
        // The loop waits for what it knew; Dispatch's timer has its turn only after the loop.
        if isEarlier, jobs.withLock({ $0.runner == .waiting }) { _ = linux_eventfd_signal(wakeUp) }
    }

    /// The timer's time has come, and the loop does not run.
    private func expire() {
        jobs.withLock { $0.runner = .scheduled }
        watched.withLock { $0.timerIsSetFor = .distantFuture }
        expireDue()
        watched.withLock { setTimer(&$0) }
        runJobsInTurns()
    }

    /// Wakes those that waited long enough.
    private func expireDue() {
        let now = MonotonicTime.now
        let due = watched.withLock { watched in
            var due: [Channel] = []
            while let first = watched.reminders.min, first.time <= now {
                watched.reminders.removeMin()
                if let channel = watched.channels[first.token] { due.append(channel) }
            }
            return due
        }
        for channel in due {
            guard let time = channel.reminded(at: now) else { continue }
            watched.withLock { $0.reminders.insert(Reminder(time: time, token: channel.token)) }
        }
    }

    /// How long the loop may wait until it has to look again, in milliseconds.
    private func timeToWait() -> Int32 {
        let now = MonotonicTime.now
        let longest = MonotonicTime(nanoseconds: now.nanoseconds + UInt64(Self.patience) * 1_000_000)
        let end = watched.withLock { watched in
            watched.loopLooks = min(longest, watched.reminders.min?.time ?? longest)
            return watched.loopLooks
        }
        if end == longest { return Self.patience }
        return end > now ? Int32((end.nanoseconds - now.nanoseconds) / 1_000_000 + 1) : 0
    }

    /// Sets the timer for the loop's absence. While the loop runs, Dispatch keeps the timer's turn for later.
    private func setTimer(_ watched: inout Watched) {
        guard let first = watched.reminders.min?.time, first < watched.timerIsSetFor else { return }
        watched.timerIsSetFor = first
        timer.schedule(deadline: DispatchTime(uptimeNanoseconds: first.nanoseconds), leeway: .milliseconds(1))
    }
}
