/// The rows of one table that wait to be inserted.
///
/// Rows are encoded straight into the block that will be sent. The memory budget bounds the queue, not a count of its
/// own.
actor BatchQueue<Block: RowBlock> {
    /// Rows that are inserted together.
    struct Batch: Sendable {
        /// Which batch this is, counted from 1: what tells a repeated insert from another one.
        let number: Int
        let rows: Int
        /// What it holds of the budget.
        let bytes: Int
        /// The block in Native format.
        let body: [UInt8]
    }

    private let limits: BatchLimits
    private var pending = Block()
    private var pendingBytes = Block().byteCount
    private var parcels: [Block] = []
    private var firstRow = ContinuousClock.now
    private var lastBatch: ContinuousClock.Instant?
    private var batchCount = 0
    /// Rows that were handed out last, and may not be stored yet.
    private var handedOutRows = 0
    private var isStopping = false
    private var waiter: CheckedContinuation<Void, Never>?

    init(limits: BatchLimits) {
        self.limits = limits
    }

    /// How many rows are not stored yet, those on their way included.
    var rowCount: Int { parcels.reduce(pending.rowCount + handedOutRows) { $0 + $1.rowCount } }

    /// Appends rows, and returns how many bytes they take.
    func append(_ fill: (inout Block) -> Void) -> Int {
        let before = pendingBytes
        if pending.rowCount == 0 { firstRow = .now }
        fill(&pending)
        pendingBytes = pending.byteCount
        let added = pendingBytes - before
        if pending.rowCount >= limits.parcelRows || pendingBytes >= limits.parcelBytes {
            parcels.append(pending)
            clear()
        }
        wake()
        return added
    }

    /// The next rows to insert, as soon as they are due; `nil` when the queue is stopped and empty.
    ///
    /// Who asks is done with the rows that it got before.
    func next() async -> Batch? {
        handedOutRows = 0
        while true {
            if !parcels.isEmpty { return batch(parcels.removeFirst()) }
            if pending.rowCount == 0 {
                if isStopping { return nil }
                await change()
            } else if let due, due > .now {
                await change(until: due)
            } else {
                defer { clear() }
                return batch(pending)
            }
        }
    }

    /// Lets ``next()`` hand out what is there, and then end.
    func stop() {
        isStopping = true
        wake()
    }

    /// When the rows that wait are to be sent; `nil` for at once.
    private var due: ContinuousClock.Instant? {
        guard !isStopping, pending.rowCount < limits.rows, pendingBytes < limits.bytes else { return nil }
        let lingered = firstRow + limits.linger
        return lastBatch.map { max(lingered, $0 + limits.interval) } ?? lingered
    }

    private func batch(_ block: Block) -> Batch {
        batchCount += 1
        lastBatch = .now
        handedOutRows = block.rowCount
        let bytes = block.byteCount - Self.emptyBytes
        return Batch(number: batchCount, rows: block.rowCount, bytes: bytes, body: block.native())
    }

    private func clear() {
        pending = Block()
        pendingBytes = Self.emptyBytes
    }

    private static var emptyBytes: Int { Block().byteCount }

    // MARK: Waiting

    private func change(until due: ContinuousClock.Instant? = nil) async {
        let alarm = due.map { due in
            Task {
                try await Task.sleep(until: due, clock: .continuous)
                wake()
            }
        }
        await withCheckedContinuation { waiter = $0 }
        alarm?.cancel()
    }

    private func wake() {
        waiter?.resume()
        waiter = nil
    }
}
