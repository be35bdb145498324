import Exposition
import Synchronization

/// What the collector counts about itself.
final class Statistics: Sendable {
    /// Counts of items, by kind.
    struct Items: Sendable {
        var accepted = 0
        var refused = 0
        /// How many bytes the accepted ones had as they arrived, compressed where they were.
        var acceptedBytes = 0

        /// About how many items a body has that nobody reads: as many as others of its size had.
        func estimate(bodyBytes: Int) -> Int {
            guard acceptedBytes > 0 else { return 1 }
            return max(1, Int((Double(bodyBytes) * Double(accepted) / Double(acceptedBytes)).rounded()))
        }
    }

    /// What happened to rows of a table.
    struct Rows: Sendable {
        var written = 0
        var inserts = 0
        var dropped = 0
        var failedInserts = 0
        /// Whether the last insert failed.
        var isFailing = false
        var durations = DurationHistogram()
    }

    /// All counts at one moment.
    struct Snapshot: Sendable {
        var received: [Reception: Items] = [:]
        var rows: [Table: Rows] = [:]
        var refusedRequests: [RefusedRequest: Int] = [:]
        var rejected: [RejectedItem: Int] = [:]
        /// The collector's own items that the log has.
        var ownKept: [Signal: Int] = [:]
        /// Those for which there was no room.
        var ownDropped: [Signal: Int] = [:]

        /// The items of each signal, however they came.
        var items: [Signal: Items] {
            received.reduce(into: [:]) { sums, entry in
                sums[entry.key.signal, default: Items()].accepted += entry.value.accepted
                sums[entry.key.signal, default: Items()].refused += entry.value.refused
            }
        }
    }

    /// What tells received items apart.
    struct Reception: Hashable, Sendable {
        let signal: Signal
        let transport: Transport
    }

    /// What tells items apart that were not stored although the rest of their request was.
    struct RejectedItem: Hashable, Sendable {
        let signal: Signal
        var transport = Transport.http
        let reason: Rejection
    }

    /// What tells refused requests apart.
    struct RefusedRequest: Hashable, Sendable {
        let signal: Signal
        var transport = Transport.http
        let reason: String
    }

    private let state: Mutex<Snapshot>

    init() {
        var snapshot = Snapshot()
        for signal in Signal.allCases {
            for transport in Transport.allCases {
                snapshot.received[Reception(signal: signal, transport: transport)] = Items()
            }
        }
        for table in Table.allCases { snapshot.rows[table] = Rows() }
        state = Mutex(snapshot)
    }

    /// All counts now.
    var snapshot: Snapshot { state.withLock { $0 } }

    /// Items that are kept until they are written.
    ///
    /// - Parameter bytes: The size of their body as it arrived.
    func accepted(_ count: Int, _ reception: Reception, bytes: Int) {
        state.withLock {
            $0.received[reception]?.accepted += count
            $0.received[reception]?.acceptedBytes += bytes
        }
    }

    /// The items of a body that was not read.
    func refusedUnread(bodyBytes: Int, _ reception: Reception) {
        state.withLock { state in
            let items = state.received[reception] ?? Items()
            state.received[reception]?.refused += items.estimate(bodyBytes: bodyBytes)
        }
    }

    /// Items that were not taken.
    func refused(_ count: Int, _ reception: Reception) {
        state.withLock { $0.received[reception]?.refused += count }
    }

    /// Items that cannot be stored, in a request whose other items are.
    func rejected(_ rejections: Rejections, _ reception: Reception) {
        guard rejections.total > 0 else { return }
        state.withLock { state in
            state.received[reception]?.refused += rejections.total
            for (reason, count) in rejections.counts {
                let item = RejectedItem(signal: reception.signal, transport: reception.transport, reason: reason)
                state.rejected[item, default: 0] += count
            }
        }
    }

    /// A request that was not taken.
    func refusedRequest(_ reception: Reception, _ refusal: Refusal) {
        let key = RefusedRequest(
            signal: reception.signal,
            transport: reception.transport,
            reason: refusal.reason
        )
        state.withLock { $0.refusedRequests[key, default: 0] += 1 }
    }

    /// Items of the collector's own.
    func own(_ signal: Signal, _ count: Int, areKept: Bool) {
        state.withLock {
            if areKept { $0.ownKept[signal, default: 0] += count } else { $0.ownDropped[signal, default: 0] += count }
        }
    }

    /// Rows that ClickHouse has stored.
    func inserted(_ rows: Int, into table: Table, in duration: Duration) {
        state.withLock {
            $0.rows[table]?.written += rows
            $0.rows[table]?.inserts += 1
            $0.rows[table]?.isFailing = false
            $0.rows[table]?.durations.record(duration)
        }
    }

    /// An insert that failed and is tried again.
    func insertFailed(into table: Table, in duration: Duration) {
        state.withLock {
            $0.rows[table]?.failedInserts += 1
            $0.rows[table]?.isFailing = true
            $0.rows[table]?.durations.record(duration)
        }
    }

    /// Rows that are given up.
    func dropped(_ rows: Int, of table: Table) {
        state.withLock { $0.rows[table]?.dropped += rows }
    }
}
