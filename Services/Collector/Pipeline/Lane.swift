import CLinux
import HTTPCore
import Logging

/// The way of one signal: from its log to its tables, several batches at a time.
struct Lane<Kind: Telemetry>: Sendable {
    let log: WriteAheadLog
    /// What the collector's inserts are known by.
    let collectorID: String
    let inserter: TableInserter
    let budget: MemoryBudget
    let retention: Int
    let logger: Logger

    /// Stores batches until the log is stopped and empty, or the task is cancelled; what is left then stays in the log.
    func run() async {
        while let batch = await log.next() {
            guard await store(batch) else { return }
            await log.finish(batch.stored.id)
            // The allocator would keep what an outage needed until the process ends.
            if budget.endsBurst() { malloc_trim(0) }
        }
    }

    /// `false` when not everything was stored before the task was cancelled.
    private func store(_ batch: WriteAheadLog.Batch) async -> Bool {
        guard let blocks = await blocks(of: batch) else { return false }
        return await withTaskGroup(of: Bool.self) { group in
            for block in blocks {
                let number = String(batch.stored.id.number, radix: 16)
                let token = "\(collectorID)-\(number)-\(block.table.rawValue)"
                group.addTask { await inserter.insert(block, token: token) }
            }
            return await group.allSatisfy(\.self)
        }
    }

    /// The rows of a batch; `nil` when the log could not be read before the task was cancelled.
    private func blocks(of batch: WriteAheadLog.Batch) async -> [TableBlock]? {
        guard let requests = await requests(of: batch) else { return nil }
        return await withTaskExecutorPreference(ComputeExecutor.shared) {
            Kind.blocks(of: requests, retention: retention)
        }
    }

    private func requests(of batch: WriteAheadLog.Batch) async -> [StoredRequest]? {
        if let requests = batch.requests { return requests }
        var failures = 0
        while true {
            do throws(LogError) {
                return try await log.requests(of: batch)
            } catch {
                failures += 1
                if failures == 1 { logger.error("A batch cannot be read, and is tried again. \(error)") }
                try? await Task.sleep(for: Backoff().delay(afterFailures: failures))
                if Task.isCancelled { return nil }
            }
        }
    }
}
