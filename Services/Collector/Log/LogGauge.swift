import Exposition
import Synchronization

/// What a log shows of itself while it works: to the receiver, which refuses requests by it before their bodies are
/// read, and to the metrics.
final class LogGauge: Sendable {
    /// The numbers at one moment.
    struct Reading: Sendable {
        var bytes = 0
        /// What is kept for the records that end batches.
        fileprivate var reservedBytes = 0
        /// How many bytes it may hold.
        let limit: Int
        /// How many items are not stored yet.
        var items = 0
        /// When the oldest request arrived that is not stored yet, in nanoseconds since 1970, UTC.
        var oldestArrival: UInt64?
        /// Records that could not be read when the log was opened.
        let lostRecords: Int
        /// Why nothing can be written, and when that was seen.
        var failure: LogError?
        fileprivate var failedAt = ContinuousClock.now
        var failures = 0
        var syncs = DurationHistogram()
    }

    /// After a failure one request in so long is let through, to see whether it is over.
    private static let retryInterval: Duration = .seconds(1)

    private let state: Mutex<Reading>

    init(limit: Int, lostRecords: Int) {
        state = Mutex(Reading(limit: limit, lostRecords: lostRecords))
    }

    var reading: Reading { state.withLock { $0 } }

    /// Why a request of so many bytes would not be taken now, as far as that can be told before it is read.
    func refusal(of bytes: Int) -> LogError? {
        state.withLock { state in
            if state.bytes + state.reservedBytes + bytes + LogFrame.headSize > state.limit {
                return .full(limit: state.limit)
            }
            guard let failure = state.failure, .now - state.failedAt < Self.retryInterval else { return nil }
            return failure
        }
    }

    func update(_ catalog: LogCatalog) {
        state.withLock { state in
            state.bytes = catalog.bytes
            state.reservedBytes = catalog.reservedBytes
            state.items = catalog.unfinishedItems
            state.oldestArrival = catalog.oldestArrival
        }
    }

    func synced(in duration: Duration) {
        state.withLock { $0.syncs.record(duration) }
    }

    /// Notes a failure; whether it is the first in a row.
    func failed(_ error: LogError) -> Bool {
        state.withLock { state in
            state.failures += 1
            if case .full = error { return false }
            defer { (state.failure, state.failedAt) = (error, .now) }
            return state.failure == nil
        }
    }

    /// Notes that writing works.
    func recovered() {
        state.withLock { $0.failure = nil }
    }
}
