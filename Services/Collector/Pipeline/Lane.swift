import CLinux
import HTTPCore
import Logging
import Synchronization

/// The way of one signal: from its log to its tables, several batches at a time.
struct Lane<Kind: Telemetry>: Sendable {
    let log: WriteAheadLog
    /// What the collector's inserts are known by.
    let collectorID: String
    let inserter: TableInserter
    let budget: MemoryBudget
    let retention: Int
    /// Makes the spans of batches, if there are any.
    let tracing: SelfTracing?
    let logger: Logger

    /// How often a table may refuse a batch's rows before other batches go on without it.
    private static var patience: Int { 3 }
    /// How many batches may wait for tables that refuse them, beside those that are under way.
    private static var waitingLimit: Int { 16 }
    /// Between two attempts at these.
    private static var waiting: Backoff { Backoff(initial: .seconds(1), limit: .seconds(30)) }

    /// Stores batches until the log is stopped and empty, or the task is cancelled; what is left then stays in the log.
    func run() async {
        let late = LateBatches()
        await withDiscardingTaskGroup { group in
            while let batch = await log.next() {
                let isPatient = late.count.load(ordering: .relaxed) >= Self.waitingLimit
                guard let refused = await store(batch, in: nil, patience: isPatient ? .max : Self.patience) else {
                    return
                }
                if refused.isEmpty {
                    await finish(batch)
                    continue
                }
                // One table that refuses must not stop the others.
                await log.forgetRequests(of: batch.stored.id)
                late.count.add(1, ordering: .relaxed)
                group.addTask {
                    await storeLater(batch, in: refused)
                    late.count.subtract(1, ordering: .relaxed)
                }
            }
        }
    }

    private func finish(_ batch: WriteAheadLog.Batch) async {
        await log.finish(batch.stored.id)
        // The allocator would keep what an outage needed until the process ends.
        if budget.endsBurst() { malloc_trim(0) }
    }

    /// Stores what some tables refused, once they take it. In between its rows are in the log only.
    private func storeLater(_ batch: WriteAheadLog.Batch, in tables: Set<Table>) async {
        let batch = WriteAheadLog.Batch(stored: batch.stored, requests: nil)
        var tables = tables
        var failures = 1
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.waiting.delay(afterFailures: failures))
            guard let refused = await store(batch, in: tables, patience: 1) else { return }
            if refused.isEmpty { return await finish(batch) }
            tables = refused
            failures += 1
        }
    }

    /// Stores a batch's rows.
    ///
    /// - Parameter tables: Of which tables; `nil` for all.
    /// - Returns: The tables that refused theirs; `nil` when the task was cancelled before that was known.
    private func store(_ batch: WriteAheadLog.Batch, in tables: Set<Table>?, patience: Int) async -> Set<Table>? {
        guard let requests = await requests(of: batch) else { return nil }
        let span = tracing?.batch(Kind.signal, of: requests)
        let blocks = await blocks(of: requests).filter { tables?.contains($0.table) ?? true }
        let refused = await insert(blocks, of: batch, patience: patience)
        span?.end(rows: Dictionary(uniqueKeysWithValues: blocks.map { ($0.table, $0.rowCount) }), refused: refused)
        return refused
    }

    private func insert(_ blocks: [TableBlock], of batch: WriteAheadLog.Batch, patience: Int) async -> Set<Table>? {
        await withTaskGroup(of: (Table, TableInserter.Outcome).self) { group in
            for block in blocks {
                let number = String(batch.stored.id.number, radix: 16)
                let token = "\(collectorID)-\(number)-\(block.table.rawValue)"
                group.addTask {
                    (block.table, await inserter.insert(block, token: token, patience: patience))
                }
            }
            var refused: Set<Table>? = []
            for await (table, outcome) in group {
                switch outcome {
                case .done: break
                case .refused: refused?.insert(table)
                case .cancelled: refused = nil
                }
            }
            return refused
        }
    }

    private func blocks(of requests: [StoredRequest]) async -> [TableBlock] {
        await withTaskExecutorPreference(ComputeExecutor.shared) { Kind.blocks(of: requests, retention: retention) }
    }

    /// The requests of a batch; `nil` when the log could not be read before the task was cancelled.
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

/// How many batches wait for tables that refuse their rows.
private final class LateBatches: Sendable {
    let count = Atomic<Int>(0)
}
