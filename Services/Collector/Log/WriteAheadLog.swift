import Logging

/// Keeps the requests of one signal from their acknowledgement until ClickHouse has stored them.
///
/// A request is written to the end of the log, together with all others that came meanwhile, and only then
/// acknowledged. Requests stay in memory too as long as the budget has room; the others are read again from the file. All
/// file operations run on a thread of the log's own.
actor WriteAheadLog {
    /// What is asked to be kept.
    struct Submission: Sendable {
        let request: StoredRequest
        /// How many rows it makes.
        let items: Int
        /// About how many bytes its rows take.
        let rowBytes: Int
    }

    /// Requests that are to be stored together.
    struct Batch: Sendable {
        let stored: LogCatalog.Batch
        /// Its requests, where they are in memory still.
        let requests: [StoredRequest]?
    }

    /// The requests of a batch that are kept in memory, with what they hold of the budget.
    private struct Kept {
        var requests: [StoredRequest] = []
        var bytes = 0
    }

    private typealias Answer = Result<Bool, LogError>

    private let thread = LogThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    nonisolated let folder: SegmentFolder
    /// What heads of requests are decided by, and what the metrics show.
    nonisolated let gauge: LogGauge
    private let limits: LogLimits
    private let budget: MemoryBudget
    private let logger: Logger
    /// Syncs and reads, while the log's own thread appends.
    private let background = JobQueue()

    private var catalog: LogCatalog
    private var schedule: BatchSchedule
    private var sequence: UInt64
    private var active: SegmentFile?
    private var nextSegment: UInt64
    /// The batch that requests are added to.
    private var open = BatchID.random
    private var kept: [BatchID: Kept] = [:]
    private var pending: [(submission: Submission, answer: CheckedContinuation<Answer, Never>)] = []
    private var waiters: [CheckedContinuation<Batch?, Never>] = []
    private var alarm: (due: ContinuousClock.Instant, task: Task<Void, any Error>)?
    private var isSyncing = false
    private var isClosed = false

    /// Opens a log, and finds what an earlier process left in it.
    init(
        folder: SegmentFolder,
        limits: LogLimits,
        batches: BatchLimits,
        budget: MemoryBudget,
        logger: Logger
    ) throws(LogError) {
        self.folder = folder
        self.limits = limits
        self.budget = budget
        self.logger = logger
        schedule = BatchSchedule(limits: batches)
        var recovery = LogRecovery()
        let numbers = folder.numbers()
        for number in numbers {
            guard let bytes = FileBytes(folder.file(number)) else { throw .failed(folder.file(number)) }
            recovery.read(bytes.buffer, segment: number, isLast: number == numbers.last)
        }
        if let tail = recovery.tornTail { folder.cut(tail.segment, to: tail.offset) }
        Self.report(recovery, folder, logger)
        catalog = recovery.catalog
        sequence = recovery.lastSequence
        nextSegment = (numbers.last ?? 0) + 1
        gauge = LogGauge(limit: limits.bytes, lostRecords: recovery.lostRecords)
        // A segment of its own: what this process writes never stands behind what another left torn.
        active = try SegmentFile(creating: folder.file(nextSegment))
        folder.sync()
        catalog.begin(segment: nextSegment)
        nextSegment += 1
        for number in catalog.removeUnneeded() { folder.remove(number) }
        gauge.update(catalog)
        background.startThread()
    }

    deinit {
        background.close()
    }

    private static func report(_ recovery: LogRecovery, _ folder: SegmentFolder, _ logger: Logger) {
        if recovery.lostRecords > 0 || recovery.damagedBytes > 0 {
            logger.error(
                "\(folder.path): \(recovery.lostRecords) records are damaged and lost (\(recovery.damagedBytes) bytes)."
            )
        }
        if let tail = recovery.tornTail {
            logger.warning("\(folder.path): the last record was cut off after \(tail.bytes) bytes; it is dropped.")
        }
        let items = recovery.catalog.unfinishedItems
        if items > 0 { logger.info("\(folder.path): \(items) items of an earlier run are written now.") }
    }

    // MARK: Taking

    /// Keeps a request. When this returns the request survives the end of the process, and a loss of power as far as
    /// the policy says.
    ///
    /// - Returns: Whether it stays in memory too, and holds its part of the budget.
    func append(_ submission: Submission) async throws(LogError) -> Bool {
        if isClosed { throw .closed }
        let answer = await withCheckedContinuation { answer in
            pending.append((submission, answer))
            // Whatever is asked for until this task runs is written with it.
            if pending.count == 1 { Task { commit() } }
        }
        return try answer.get()
    }

    /// A request whose record is in the file.
    private struct Written {
        let submission: Submission
        let answer: CheckedContinuation<Answer, Never>
        let frame: LogFrame
        let offset: Int
        let beginsBatch: Bool
    }

    /// Writes all requests that wait, and answers them together.
    private func commit() {
        let group = pending
        pending = []
        do throws(LogError) {
            let file = try segment()
            let start = (size: file.size, sequence: sequence)
            let written = write(group, to: file)
            do throws(LogError) {
                if limits.sync == .always { try sync() }
            } catch {
                // Nobody was told that these are kept, so they must not be.
                file.truncate(to: start.size)
                sequence = start.sequence
                fail(error)
                for one in written { one.answer.resume(returning: .failure(error)) }
                return
            }
            for one in written {
                catalog.add(one.frame, at: one.offset)
                one.answer.resume(returning: .success(keep(one)))
            }
            catalog.setSize(file.size)
            if !written.isEmpty { gauge.recovered() }
        } catch {
            fail(error)
            for (_, answer) in group { answer.resume(returning: .failure(error)) }
        }
        gauge.update(catalog)
        syncLater()
        serve()
    }

    private func write(
        _ group: [(submission: Submission, answer: CheckedContinuation<Answer, Never>)],
        to file: SegmentFile
    ) -> [Written] {
        let now = ContinuousClock.now
        let start = file.size
        // Every batch ends with a record of its own, for which there must be room when the log is full.
        var reserved = catalog.reservedBytes
        var written: [Written] = []
        for (submission, answer) in group {
            do throws(LogError) {
                let room = limits.bytes - catalog.bytes + start - reserved
                guard file.size + submission.request.body.count + LogFrame.headSize <= room else {
                    throw .full(limit: limits.bytes)
                }
                let frame = LogFrame(
                    .request,
                    sequence: sequence + 1,
                    batch: open,
                    arrival: submission.request.arrival,
                    items: submission.items,
                    payload: submission.request.body,
                    isOwn: submission.request.isOwn
                )
                let offset = file.size
                try file.append(frame.head, submission.request.body)
                sequence += 1
                let beginsBatch = schedule.isEmpty
                if beginsBatch { reserved += LogFrame.headSize }
                schedule.add(rows: submission.items, bytes: submission.rowBytes, at: now)
                if schedule.isFull { closeBatch(at: now) }
                written.append(
                    Written(
                        submission: submission,
                        answer: answer,
                        frame: frame,
                        offset: offset,
                        beginsBatch: beginsBatch
                    )
                )
            } catch {
                fail(error)
                answer.resume(returning: .failure(error))
            }
        }
        return written
    }

    /// The file to write to: the active one, as long as it is not full.
    private func segment() throws(LogError) -> SegmentFile {
        if let active, active.size < limits.segmentBytes { return active }
        if limits.sync != .never { try sync() }
        let file = try SegmentFile(creating: folder.file(nextSegment))
        folder.sync()
        catalog.begin(segment: nextSegment)
        nextSegment += 1
        active = file
        return file
    }

    /// Keeps the request in memory too, as long as the budget is not half used up.
    private func keep(_ one: Written) -> Bool {
        let batch = one.frame.batch
        guard one.beginsBatch || kept[batch] != nil else { return false }
        guard budget.usedBytes <= budget.capacity / 2 else {
            forget(batch)
            return false
        }
        kept[batch, default: Kept()].requests.append(one.submission.request)
        kept[batch]?.bytes += one.submission.request.body.count
        return true
    }

    private func closeBatch(at now: ContinuousClock.Instant) {
        schedule.close(at: now)
        open = .random
    }

    private func forget(_ batch: BatchID) {
        if let held = kept.removeValue(forKey: batch) { budget.giveBack(held.bytes) }
    }

    private func fail(_ error: LogError) {
        if gauge.failed(error) { logger.error("\(error) Nothing is acknowledged meanwhile.") }
    }

    // MARK: Syncing

    private func sync() throws(LogError) {
        let start = ContinuousClock.now
        try active?.sync()
        gauge.synced(in: .now - start)
    }

    /// Syncs once in an interval while there is something to sync, on another thread: appending goes on.
    private func syncLater() {
        guard case .interval(let interval) = limits.sync, !isSyncing, active?.isDirty == true else { return }
        isSyncing = true
        Task {
            try? await Task.sleep(for: interval)
            guard let file = active?.forSyncing() else { return isSyncing = false }
            background.append {
                let start = ContinuousClock.now
                let error = file.sync()
                Task { await self.synced(error, in: .now - start) }
            }
        }
    }

    private func synced(_ error: LogError?, in duration: Duration) {
        isSyncing = false
        gauge.synced(in: duration)
        if let error { fail(error) }
        syncLater()
    }

    // MARK: Giving out

    /// The next requests to store together, as soon as they are due; `nil` when the log is stopped and everything was
    /// given out, or when the task is cancelled.
    func next() async -> Batch? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if Task.isCancelled { return waiter.resume(returning: nil) }
                waiters.append(waiter)
                serve()
            }
        } onCancel: {
            Task { await self.releaseWaiters() }
        }
    }

    private func releaseWaiters() {
        for waiter in waiters { waiter.resume(returning: nil) }
        waiters = []
    }

    /// Gives those who wait what is due, and looks again when the next batch is.
    private func serve() {
        let now = ContinuousClock.now
        while !waiters.isEmpty {
            if let batch = catalog.takeBatch(except: schedule.isEmpty ? nil : open) {
                waiters.removeFirst().resume(returning: Batch(stored: batch, requests: kept[batch.id]?.requests))
            } else if let due = schedule.due(at: now) {
                guard due <= now else { return wake(at: due) }
                closeBatch(at: now)
            } else {
                if schedule.isStopping { releaseWaiters() }
                return
            }
        }
    }

    private func wake(at due: ContinuousClock.Instant) {
        if let alarm, alarm.due <= due { return }
        alarm?.task.cancel()
        let task = Task {
            try await Task.sleep(until: due, clock: .continuous)
            alarm = nil
            serve()
        }
        alarm = (due, task)
    }

    /// Reads the requests of a batch that are not in memory.
    ///
    /// - Throws: ``LogError`` when a segment cannot be read. Records that are damaged are left out.
    nonisolated func requests(of batch: Batch) async throws(LogError) -> [StoredRequest] {
        let result = await withCheckedContinuation { continuation in
            background.append { [folder] in
                do throws(LogError) {
                    continuation.resume(returning: Result<_, LogError>.success(try folder.requests(of: batch.stored)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Keeps the requests of a batch no longer in memory: it waits for something that may take long.
    func forgetRequests(of batch: BatchID) {
        forget(batch)
    }

    /// Notes that a batch is stored, or given up.
    func finish(_ batch: BatchID) {
        forget(batch)
        let frame = LogFrame(.finished, sequence: sequence + 1, batch: batch, arrival: 0, items: 0, payload: [])
        do throws(LogError) {
            let file = try segment()
            let offset = file.size
            try file.append(frame.head, [])
            sequence += 1
            catalog.add(frame, at: offset)
            catalog.setSize(file.size)
        } catch {
            // After a restart the batch would be sent again, and recognized by its token.
            fail(error)
        }
        for number in catalog.finish(batch) { folder.remove(number) }
        gauge.update(catalog)
        syncLater()
    }

    /// Gives out what is there without waiting, and then ends.
    func stop() {
        schedule.stop()
        serve()
    }

    /// Takes no more, and brings everything to the disk.
    func close() {
        isClosed = true
        alarm?.task.cancel()
        releaseWaiters()
        if limits.sync != .never { try? sync() }
        for batch in Array(kept.keys) { forget(batch) }
    }
}

extension BatchID {
    fileprivate static var random: BatchID { BatchID(number: .random(in: 1 ... .max)) }
}
