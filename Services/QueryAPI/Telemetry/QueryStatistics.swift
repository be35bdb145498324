import Synchronization

/// What the service counts about itself.
final class QueryStatistics: Sendable {
    /// What tells answered requests apart.
    struct Route: Hashable, Sendable {
        let api: String
        let route: String
    }

    /// What tells answered requests apart by their end.
    struct Outcome: Hashable, Sendable {
        let route: Route
        let code: Int
    }

    /// What tells failures apart.
    struct Reason: Hashable, Sendable {
        let api: String
        let reason: String
    }

    /// All counts at one moment.
    struct Snapshot: Sendable {
        var durations: [Route: Histogram] = [:]
        var requests: [Outcome: Int] = [:]
        var failures: [Reason: Int] = [:]
        var rowsRead = 0
        var bytesRead = 0
        var statements = 0
    }

    /// How long requests took, in the buckets of Prometheus.
    struct Histogram: Sendable {
        /// The upper bounds, in seconds.
        static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

        private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
        private(set) var sum = 0.0

        mutating func record(_ duration: Duration) {
            let seconds = duration / .seconds(1)
            sum += seconds
            counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        }
    }

    private let state = Mutex(Snapshot())

    /// All counts now.
    var snapshot: Snapshot { state.withLock { $0 } }

    /// A request was answered, to its last byte.
    func ended(_ api: String, _ route: String, code: Int, in duration: Duration) {
        let route = Route(api: api, route: route)
        state.withLock { state in
            state.durations[route, default: Histogram()].record(duration)
            state.requests[Outcome(route: route, code: code), default: 0] += 1
        }
    }

    /// A query has no answer.
    func failed(_ api: String, reason: String) {
        state.withLock { $0.failures[Reason(api: api, reason: reason), default: 0] += 1 }
    }

    /// A statement was answered.
    func read(rows: Int, bytes: Int) {
        state.withLock { state in
            state.rowsRead += rows
            state.bytesRead += bytes
            state.statements += 1
        }
    }
}
