import ServiceKit

/// Puts the collector's own telemetry of one signal into the log of that signal, as if it had come in a request.
///
/// Nothing of the receiver has a part in that, so taking it makes no span; and its records say whose they are, so that
/// storing them makes none either, also after a restart.
struct OwnTelemetryStore<Kind: Telemetry>: Sendable {
    let log: WriteAheadLog
    let budget: MemoryBudget
    let statistics: Statistics
    let retention: Int

    /// Keeps the items of a request.
    ///
    /// - Returns: Whether there was room; they are dropped otherwise, and counted.
    func keep(_ request: [UInt8], items: Int) async -> Bool {
        let isKept = await append(request)
        statistics.own(Kind.signal, items, areKept: isKept)
        return isKept
    }

    private func append(_ request: [UInt8]) async -> Bool {
        let arrival = UInt64.now
        let times = StorableTimes(arrival: arrival, retention: retention)
        var reservation = Reservation(in: budget)
        do {
            try reservation.grow(to: request.count)
            let admission = try Kind.admit(request, times, rowLimit: budget.capacity)
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
