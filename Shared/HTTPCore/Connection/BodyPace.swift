/// How slowly a body may come before its sender is given up: no pause longer than a timeout, and on the whole no fewer
/// bytes a second than a minimum, so that a byte now and then does not hold a connection for ever.
struct BodyPace: Sendable {
    let timeout: Timeout
    /// Bytes a second; 0 for none.
    let minimumRate: Int

    /// When waiting for the next bytes ends.
    ///
    /// - Parameters:
    ///   - received: The bytes that came so far.
    ///   - waited: How long the sender was waited for so far, in nanoseconds; the reader's own pauses do not count.
    func deadline(from now: MonotonicTime, received: Int, waited: UInt64) -> MonotonicTime {
        let pauseEnd = now + timeout
        guard minimumRate > 0 else { return pauseEnd }
        let earned = UInt64(received).multipliedReportingOverflow(by: 1_000_000_000)
        let allowed = (earned.overflow ? .max : earned.partialValue) / UInt64(minimumRate)
        let (total, overflow) = allowed.addingReportingOverflow(timeout.nanoseconds)
        if overflow { return pauseEnd }
        return min(pauseEnd, MonotonicTime(nanoseconds: now.nanoseconds + (total - min(total, waited))))
    }
}
