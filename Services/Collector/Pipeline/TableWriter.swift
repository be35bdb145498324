import CLinux
import Logging

/// Takes the batches of one table to ClickHouse, one after another, and does not let go of one before it is stored.
///
/// A batch is tried again until it is taken, whatever the outage. Only two things end that: the end of the process,
/// after its deadline, and a batch that ClickHouse has called unreadable several times, which would otherwise block
/// everything behind it. Both are counted and logged.
///
/// Each batch carries a deduplication token. A table with a deduplication window ignores a batch that it has already
/// taken although the answer got lost; without a window such a batch is stored twice.
struct TableWriter<Block: RowBlock>: Sendable {
    /// How often a batch may be called unreadable.
    private static var unreadableLimit: Int { 5 }

    let queue: BatchQueue<Block>
    let clickHouse: ClickHouseClient
    let budget: MemoryBudget
    let statistics: Statistics
    let logger: Logger
    var backoff = Backoff()

    /// Writes until the queue is stopped and empty; once cancelled it drops what is left.
    func run() async {
        let columns = Block.columnNames
        while let batch = await queue.next() {
            await write(batch, columns)
            budget.giveBack(batch.bytes)
            // The allocator would keep what an outage needed until the process ends.
            if budget.endsBurst() { malloc_trim(0) }
        }
    }

    private func write(_ batch: BatchQueue<Block>.Batch, _ columns: [String]) async {
        let table = Block.table
        var failures = 0
        var unreadable = 0
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do throws(ClickHouseError) {
                try await clickHouse.insert(batch.body, into: table, columns, number: batch.number)
                statistics.inserted(batch.rows, into: table, in: .now - start)
                if failures > 0 {
                    logger.info("\(table.rawValue): ClickHouse takes rows again after \(failures) failed inserts.")
                }
                return
            } catch {
                guard !Task.isCancelled else { break }
                failures += 1
                statistics.insertFailed(into: table, in: .now - start)
                if failures == 1 { logger.warning("\(table.rawValue): rows are kept and tried again. \(error)") }
                if error.isUnreadable { unreadable += 1 }
                guard unreadable < Self.unreadableLimit else {
                    statistics.dropped(batch.rows, of: table)
                    logger.error("\(table.rawValue): \(batch.rows) rows are dropped, tried \(failures) times. \(error)")
                    return
                }
            }
            try? await Task.sleep(for: backoff.delay(afterFailures: failures))
        }
        statistics.dropped(batch.rows, of: table)
        logger.error("\(table.rawValue): \(batch.rows) rows are lost: ClickHouse did not take them before the end.")
    }
}
