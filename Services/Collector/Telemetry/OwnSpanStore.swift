import ServiceKit

/// Puts the collector's own spans into the log of spans, as if they had come in a request.
///
/// Nothing of the receiver has a part in that, so taking them makes no span; and their records say whose they are, so
/// that storing them makes none either, also after a restart.
struct OwnSpanStore: Sendable {
    let log: WriteAheadLog
    let budget: MemoryBudget
    let statistics: Statistics
    let retention: Int

    /// Keeps the spans of a request.
    ///
    /// - Returns: Whether there was room; they are dropped otherwise, and counted.
    func keep(_ request: [UInt8], spans: Int) async -> Bool {
        let isKept = await append(request)
        statistics.ownSpans(spans, areKept: isKept)
        return isKept
    }

    private func append(_ request: [UInt8]) async -> Bool {
        let arrival = UInt64.now
        let times = StorableTimes(arrival: arrival, retention: retention)
        var reservation = Reservation(in: budget)
        do {
            try reservation.grow(to: request.count)
            let admission = try Spans.admit(request, times, rowLimit: budget.capacity)
            let isInMemory = try await log.append(
                WriteAheadLog.Submission(
                    request: StoredRequest(arrival: arrival, body: request, isOwn: true),
                    items: admission.count,
                    rowBytes: admission.rowBytes
                )
            )
            if isInMemory { reservation.handOver(request.count) }
            return true
        } catch {
            return false
        }
    }
}
