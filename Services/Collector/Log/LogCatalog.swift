/// Which batches and segments a log has, and which of both are needed no more.
///
/// A value without files: records go in as they are written or found again, and out come the batches to send and the
/// segments to delete.
struct LogCatalog: Sendable {
    /// Where a record begins or ends.
    struct Position: Sendable, Equatable {
        var segment: UInt64
        var offset: Int
    }

    /// The requests of a batch, which lie in one stretch of the log.
    struct Batch: Sendable, Equatable {
        let id: BatchID
        let first: Position
        fileprivate(set) var end: Position
        fileprivate(set) var items: Int
        /// When its first request arrived, in nanoseconds since 1970, UTC.
        let arrival: UInt64
        fileprivate(set) var isFinished = false
    }

    /// A segment and how many bytes it has.
    struct Segment: Sendable, Equatable {
        let number: UInt64
        var bytes: Int
    }

    /// All segments, the one that is written to last.
    private(set) var segments: [Segment] = []
    /// The batches whose requests may still be needed, in the order in which they were taken.
    private(set) var batches: [Batch] = []
    /// How many of these were given out to be sent.
    private var handedOut = 0

    /// How many bytes all segments have.
    var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    /// When the oldest request arrived that is not stored yet.
    var oldestArrival: UInt64? { batches.first { !$0.isFinished }?.arrival }

    /// How many items are not stored yet.
    var unfinishedItems: Int { batches.reduce(0) { $0 + ($1.isFinished ? 0 : $1.items) } }

    /// How many bytes to keep for the records that end batches: those that are not stored yet, and the next.
    var reservedBytes: Int { (batches.reduce(1) { $0 + ($1.isFinished ? 0 : 1) }) * LogFrame.headSize }

    /// Begins a segment, which is written to from now on.
    mutating func begin(segment number: UInt64) {
        segments.append(Segment(number: number, bytes: 0))
    }

    /// Says how long the last segment is.
    mutating func setSize(_ bytes: Int) {
        segments[segments.count - 1].bytes = bytes
    }

    /// Adds a record of the last segment that begins at an offset.
    mutating func add(_ frame: LogFrame, at offset: Int) {
        let segment = segments[segments.count - 1].number
        switch frame.kind {
        case .request: addRequest(frame, Position(segment: segment, offset: offset))
        case .finished: _ = markFinished(frame.batch)
        }
    }

    private mutating func addRequest(_ frame: LogFrame, _ start: Position) {
        let end = Position(segment: start.segment, offset: start.offset + frame.size)
        if let last = batches.last, last.id == frame.batch {
            batches[batches.count - 1].end = end
            batches[batches.count - 1].items += Int(frame.items)
        } else {
            batches.append(
                Batch(id: frame.batch, first: start, end: end, items: Int(frame.items), arrival: frame.arrival)
            )
        }
    }

    /// The next batch to send, without the one that is still open.
    mutating func takeBatch(except open: BatchID?) -> Batch? {
        while handedOut < batches.count {
            let batch = batches[handedOut]
            guard batch.id != open else { return nil }
            handedOut += 1
            if !batch.isFinished { return batch }
        }
        return nil
    }

    /// Whether some batch waits to be sent.
    func hasBatch(except open: BatchID?) -> Bool {
        batches[handedOut...].contains { $0.id != open && !$0.isFinished }
    }

    /// Notes that a batch is stored or given up; the segments that nobody needs any more.
    mutating func finish(_ id: BatchID) -> [UInt64] {
        _ = markFinished(id)
        return removeUnneeded()
    }

    private mutating func markFinished(_ id: BatchID) -> Bool {
        guard let index = batches.firstIndex(where: { $0.id == id }) else { return false }
        batches[index].isFinished = true
        return true
    }

    /// Forgets batches that are finished with all before them, and segments before the first one needed.
    ///
    /// Only a beginning is ever removed: what says that a batch is finished must not go before the batch.
    mutating func removeUnneeded() -> [UInt64] {
        let finished = batches.prefix { $0.isFinished }.count
        batches.removeFirst(finished)
        handedOut = max(0, handedOut - finished)
        guard let active = segments.last?.number else { return [] }
        let needed = min(batches.first?.first.segment ?? active, active)
        let removed = segments.prefix { $0.number < needed }.map(\.number)
        segments.removeFirst(removed.count)
        return removed
    }
}
