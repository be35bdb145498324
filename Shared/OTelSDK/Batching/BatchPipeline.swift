import Glibc
import Synchronization

/// Collects items and exports them in batches: when a batch is full, when the oldest item has waited long enough, and
/// on a flush (OpenTelemetry specification, Batching processor). Every item is exported, failed or dropped, and counted
/// as that.
final class BatchPipeline<Item: AnyObject & Sendable>: Sendable {
    private struct Control {
        var sleeper: CheckedContinuation<Void, Never>?
        var isWoken = false
        var flushes: [CheckedContinuation<Bool, Never>] = []
        var isShutDown = false
        var hasEnded = false
        var tasks: [Task<Void, Never>] = []
    }

    /// Full batches that follow one another faster than this are a rush, in which the queue keeps what was taken.
    private static var rush: Duration { .milliseconds(100) }

    let settings: BatchSettings
    let counts = PipelineCounts()
    private let noun: String
    private let queue: BoundedQueue<Item>
    private let isSignalled = Atomic(false)
    private let reportedDrops = Atomic(0)
    private let control = Mutex(Control())
    let exporter: any TelemetryExporter
    private let export: @Sendable ([Item]) async -> ExportResult

    init(
        _ settings: BatchSettings,
        noun: String,
        exporter: any TelemetryExporter,
        export: @escaping @Sendable ([Item]) async -> ExportResult
    ) {
        var settings = settings
        settings.maximumQueueSize = max(1, settings.maximumQueueSize)
        settings.maximumExportBatchSize = min(settings.maximumQueueSize, max(1, settings.maximumExportBatchSize))
        self.settings = settings
        self.noun = noun
        self.exporter = exporter
        self.export = export
        queue = BoundedQueue(capacity: settings.maximumQueueSize)
        start()
    }

    /// How many items wait.
    var queued: Int { queue.count }

    /// Adds an item, or drops it when the queue is full or closed.
    @inline(__always)
    func append(_ item: Item) {
        guard let waiting = queue.append(item) else {
            counts.drop(1, queue.isClosed ? .shutDown : .queueFull)
            return
        }
        if waiting >= settings.maximumExportBatchSize, !isSignalled.load(ordering: .relaxed) { signal() }
    }

    @inline(never)
    private func signal() {
        if !isSignalled.exchange(true, ordering: .acquiringAndReleasing) { wake() }
    }

    private func wake() {
        let sleeper = control.withLock { control in
            defer { control.sleeper = nil }
            control.isWoken = control.sleeper == nil
            return control.sleeper
        }
        sleeper?.resume()
    }

    /// Exports everything that is there now, and has the exporter send what it keeps.
    func forceFlush(timeout: Duration) async -> Outcome {
        let start = ContinuousClock.now
        let outcome = await exportAll(timeout: timeout)
        return outcome.and(await exporter.forceFlush(timeout: max(.zero, timeout - start.duration(to: .now))))
    }

    private func exportAll(timeout: Duration) async -> Outcome {
        await Deadline.race(timeout) { [self] in await flush() ? Outcome.success : .failure } ?? .timedOut
    }

    private func flush() async -> Bool {
        await withCheckedContinuation { continuation in
            let hasEnded = control.withLock { control in
                if !control.hasEnded { control.flushes.append(continuation) }
                return control.hasEnded
            }
            if hasEnded { continuation.resume(returning: true) } else { wake() }
        }
    }

    /// Takes no more items, exports what is there, and ends, the exporter last. What is left when the time is up is
    /// dropped and counted.
    func shutdown(timeout: Duration) async -> Outcome {
        let (isFirst, tasks) = control.withLock { control in
            defer { control.isShutDown = true }
            return (!control.isShutDown, control.tasks)
        }
        guard isFirst else { return .success }
        queue.close()
        let start = ContinuousClock.now
        let outcome = await exportAll(timeout: timeout)
        control.withLock { $0.hasEnded = true }
        for task in tasks { task.cancel() }
        wake()
        return outcome.and(await exporter.shutdown(timeout: max(.zero, timeout - start.duration(to: .now))))
    }

    // MARK: The worker

    private func start() {
        let worker = Task(executorPreference: ExportExecutor.shared) { [self] in
            await InstrumentationSuppression.run { await self.run() }
        }
        let ticker = Task { [weak self, delay = settings.scheduleDelay] in
            while (try? await Task.sleep(for: max(delay, .milliseconds(1)))) != nil { self?.wake() }
        }
        control.withLock { $0.tasks = [worker, ticker] }
    }

    private func run() async {
        var lastFull = ContinuousClock.now - .seconds(1)
        while !control.withLock({ $0.hasEnded }) {
            await sleep()
            let flushes = control.withLock { control in
                defer { control.flushes = [] }
                return control.flushes
            }
            let isComplete = await exportWaiting(&lastFull)
            for flush in flushes { flush.resume(returning: isComplete) }
        }
        dropRest()
        // A flush requested after the last round needs an answer too.
        let flushes = control.withLock { control in
            defer { control.flushes = [] }
            return control.flushes
        }
        for flush in flushes { flush.resume(returning: false) }
    }

    private func sleep() async {
        await withCheckedContinuation { continuation in
            let isWoken = control.withLock { control in
                defer { control.isWoken = false }
                if !control.isWoken, !control.hasEnded {
                    control.sleeper = continuation
                    return false
                }
                return true
            }
            if isWoken { continuation.resume() }
        }
    }

    /// Exports what is queued at the start and leaves later items for the next round; returns whether all of it was
    /// exported.
    ///
    /// - Parameter lastFull: When there was a full batch the last time.
    private func exportWaiting(_ lastFull: inout ContinuousClock.Instant) async -> Bool {
        isSignalled.store(false, ordering: .releasing)
        let ends = queue.ends
        var isComplete = true
        var isRush = false
        if queue.count >= settings.maximumExportBatchSize {
            let now = ContinuousClock.now
            isRush = lastFull.duration(to: now) < Self.rush
            lastFull = now
        }
        while !Task.isCancelled {
            let batch = queue.take(settings.maximumExportBatchSize, before: ends, keeps: isRush)
            if !batch.isEmpty {
                if await !send(batch) { isComplete = false }
            } else if queue.isEmpty(before: ends) {
                break
            } else {
                // Another thread is appending an item right now.
                sched_yield()
            }
        }
        reportDrops()
        // A full batch may have arrived meanwhile, while the worker was not asleep to be signalled.
        if queue.count >= settings.maximumExportBatchSize { signal() }
        return isComplete
    }

    private func send(_ batch: [Item]) async -> Bool {
        let result = await Deadline.race(settings.exportTimeout.asLimit) { [export] in await export(batch) }
        switch result {
        case .success:
            counts.exported.add(batch.count)
            return true
        case .partialSuccess(let rejected, let message):
            let rejected = min(batch.count, max(0, rejected))
            counts.exported.add(batch.count - rejected)
            counts.failed.add(rejected)
            Diagnostics.report(.warning, "The backend refused \(rejected) \(noun). \(message)")
            return true
        case .failure(let reason):
            counts.failed.add(batch.count)
            Diagnostics.report(.error, "\(batch.count) \(noun) were lost: \(reason)")
        case nil:
            counts.failed.add(batch.count)
            Diagnostics.report(.error, "\(batch.count) \(noun) were lost: exporting took too long.")
        }
        return false
    }

    /// Reports drops from the worker, so that threads that produce too much do not also wait for standard error.
    private func reportDrops() {
        let dropped = counts.queueFull
        if reportedDrops.exchange(dropped, ordering: .relaxed) != dropped { Diagnostics.reportDrop(noun) }
    }

    private func dropRest() {
        reportDrops()
        var rest = 0
        while queue.count > 0 {
            rest += queue.take(queue.capacity, before: queue.ends, keeps: false).count
            // An item that is counted already is about to be appended.
            if queue.count > 0 { sched_yield() }
        }
        guard rest > 0 else { return }
        counts.drop(rest, .shutDown)
        Diagnostics.report(.error, "\(rest) \(noun) were lost: the time for shutting down was over.")
    }
}
