/// Which times the tables can keep, as seen when a request arrives, in nanoseconds since 1970, UTC.
///
/// The tables delete rows a while after the rows' own time, and count that in `DateTime`, which ends in February 2106.
/// Outside of these bounds a row would be taken and deleted at once.
struct StorableTimes: Sendable {
    /// When the request arrived.
    let arrival: UInt64
    /// The first time whose rows are still kept.
    let earliest: UInt64
    /// The last time whose end of life `DateTime` can say.
    let latest: UInt64

    private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

    /// - Parameters:
    ///   - arrival: When the request arrived.
    ///   - retention: How long the tables keep rows, in seconds.
    init(arrival: UInt64, retention: Int) {
        self.arrival = arrival
        let kept = UInt64(retention) * Self.nanosecondsPerSecond
        earliest = arrival > kept ? arrival - kept : 0
        latest = (UInt64(UInt32.max) - UInt64(retention)) * Self.nanosecondsPerSecond
    }

    /// The first time that is known (OTLP: 0 is unknown), else when the request arrived.
    func known(_ times: UInt64...) -> UInt64 {
        times.first { $0 != 0 } ?? arrival
    }

    /// Why an item of this time cannot be kept; `nil` when it can.
    func rejection(of time: UInt64) -> Rejection? {
        if time < earliest { return .tooOld }
        return time > latest ? .tooFarAhead : nil
    }
}
