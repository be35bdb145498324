/// When the requests that came together are sent: a value that is told the time.
///
/// Many rows go at once, few wait a little for company, and inserts into a table keep a distance, since ClickHouse has
/// to merge what each of them leaves.
struct BatchSchedule: Sendable {
    typealias Instant = ContinuousClock.Instant

    let limits: BatchLimits
    private(set) var rows = 0
    private(set) var bytes = 0
    private var firstRow: Instant?
    private var lastBatch: Instant?
    private(set) var isStopping = false

    init(limits: BatchLimits) {
        self.limits = limits
    }

    /// Whether there is anything to send.
    var isEmpty: Bool { firstRow == nil }

    /// Whether no more may be added, although nobody has asked for the batch yet.
    var isFull: Bool { rows >= limits.parcelRows || bytes >= limits.parcelBytes }

    /// Adds a request.
    mutating func add(rows: Int, bytes: Int, at now: Instant) {
        self.rows += rows
        self.bytes += bytes
        if firstRow == nil { firstRow = now }
    }

    /// When the batch is to be sent to someone who asks for it; `nil` while there is nothing.
    func due(at now: Instant) -> Instant? {
        guard let firstRow else { return nil }
        guard !isStopping, rows < limits.rows, bytes < limits.bytes else { return now }
        let lingered = firstRow + limits.linger
        return lastBatch.map { max(lingered, $0 + limits.interval) } ?? lingered
    }

    /// Begins the next batch.
    mutating func close(at now: Instant) {
        (rows, bytes, firstRow, lastBatch) = (0, 0, nil, now)
    }

    /// What is there is due at once, from now on.
    mutating func stop() {
        isStopping = true
    }
}
