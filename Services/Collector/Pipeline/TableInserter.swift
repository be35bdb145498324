import ClickHouseHTTP
import Logging

/// Takes blocks to ClickHouse, and does not let go of one before it is stored.
///
/// A block is tried again until it is taken, whatever the outage. Only two things end that: the end of the process, and
/// a block that ClickHouse has called unreadable several times, which would otherwise block everything behind it; that
/// is counted and logged.
///
/// Each block carries a deduplication token, the same for every attempt, also after a restart: a table with a
/// deduplication window ignores what it has already taken although the answer got lost.
struct TableInserter: Sendable {
    /// How often a block may be called unreadable.
    private static let unreadableLimit = 5

    let clickHouse: ClickHouseClient
    let statistics: Statistics
    let logger: Logger
    var backoff = Backoff()

    /// What became of a block.
    enum Outcome: Sendable {
        /// It is stored, or given up.
        case done
        /// ClickHouse refuses the table's rows for now.
        case refused
        /// The task was cancelled before.
        case cancelled
    }

    /// Stores a block.
    ///
    /// - Parameter patience: After how many refusals in a row to give the block back, so that other tables need not wait
    ///   for it. A ClickHouse that cannot be reached is waited for without end: no table would fare better.
    func insert(_ block: TableBlock, token: String, patience: Int) async -> Outcome {
        let table = block.table
        var failures = 0
        var refusals = 0
        var unreadable = 0
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do throws(ClickHouseError) {
                try await clickHouse.insert(
                    ClickHouseInsert(
                        into: table.rawValue,
                        columns: block.columns,
                        format: "Native",
                        body: block.body,
                        deduplicationToken: token
                    )
                )
                statistics.inserted(block.rowCount, into: table, in: .now - start)
                if failures > 0 {
                    logger.info("\(table.rawValue): ClickHouse takes rows again after \(failures) failed inserts.")
                }
                return .done
            } catch {
                guard !Task.isCancelled else { break }
                failures += 1
                statistics.insertFailed(into: table, in: .now - start)
                if failures == 1 { logger.warning("\(table.rawValue): rows are kept and tried again. \(error)") }
                if error.isUnreadable { unreadable += 1 }
                guard unreadable < Self.unreadableLimit else {
                    statistics.dropped(block.rowCount, of: table)
                    logger.error(
                        "\(table.rawValue): \(block.rowCount) rows are dropped, tried \(failures) times. \(error)"
                    )
                    return .done
                }
                if case .refused = error { refusals += 1 } else { refusals = 0 }
                if refusals >= patience, !error.isUnreadable { return .refused }
            }
            try? await Task.sleep(for: backoff.delay(afterFailures: failures))
        }
        return .cancelled
    }
}

extension ClickHouseError {
    /// ClickHouse's codes for input that it cannot read, which no repetition changes.
    private static let unreadableCodes: Set<Int> = [6, 27, 32, 33, 117, 128, 131, 190, 321, 407]

    /// Whether ClickHouse could not read what was sent.
    fileprivate var isUnreadable: Bool { code.map(Self.unreadableCodes.contains) ?? false }
}
