import Exposition
import Metrics
import Synchronization

/// What the service counts about itself: for `/metrics`, and for the telemetry that it exports.
final class QueryStatistics: Sendable {
    /// What tells answered requests apart.
    struct Route: Hashable, Sendable {
        let api: String
        let route: String

        var labels: [(String, String)] { [("api", api), ("route", route)] }
    }

    /// What tells answered requests apart by their end.
    struct Outcome: Hashable, Sendable {
        let route: Route
        let code: Int

        var labels: [(String, String)] { route.labels + [("code", "\(code)")] }
    }

    /// What tells failures apart.
    struct Reason: Hashable, Sendable {
        let api: String
        let reason: String

        var labels: [(String, String)] { [("api", api), ("reason", reason)] }
    }

    /// All counts at one moment.
    struct Snapshot: Sendable {
        var durations: [Route: DurationHistogram] = [:]
        var requests: [Outcome: Int] = [:]
        var failures: [Reason: Int] = [:]
        var rowsRead = 0
        var bytesRead = 0
        var statements = 0
    }

    private let state = Mutex(Snapshot())
    private let statements = Counter(label: "otel_query_statements_total")
    private let rowsRead = Counter(label: "otel_query_read_rows_total")
    private let bytesRead = Counter(label: "otel_query_read_bytes_total")

    /// All counts now.
    var snapshot: Snapshot { state.withLock { $0 } }

    /// A request was answered, to its last byte.
    func ended(_ api: String, _ route: String, code: Int, in duration: Duration) {
        let outcome = Outcome(route: Route(api: api, route: route), code: code)
        state.withLock { state in
            state.durations[outcome.route, default: DurationHistogram()].record(duration)
            state.requests[outcome, default: 0] += 1
        }
        Timer(label: "otel_query_duration_seconds", dimensions: outcome.route.labels).record(duration: duration)
        Counter(label: "otel_query_requests_total", dimensions: outcome.labels).increment()
    }

    /// A query has no answer.
    func failed(_ api: String, reason: String) {
        let reason = Reason(api: api, reason: reason)
        state.withLock { $0.failures[reason, default: 0] += 1 }
        Counter(label: "otel_query_failures_total", dimensions: reason.labels).increment()
    }

    /// A statement was answered.
    func read(rows: Int, bytes: Int) {
        state.withLock { state in
            state.rowsRead += rows
            state.bytesRead += bytes
            state.statements += 1
        }
        statements.increment()
        rowsRead.increment(by: rows)
        bytesRead.increment(by: bytes)
    }
}
