/// Everything that is counted of a run, or of one part of it.
struct LoadCounts: Sendable {
    /// Visits that were started.
    var started = 0
    /// Visits that went to their end as planned.
    var completed = 0
    /// Requests that are over.
    var requests = 0
    /// Answers by status.
    var statuses: [Int: Int] = [:]
    /// Requests that got no answer, by reason; those that were meant to get none too.
    var failures: [RequestOutcome.Failure: Int] = [:]
    /// Requests that came to something else than the visitor expected.
    var errors = 0
    /// Requests that got no answer although they should have.
    var unanswered = 0
    /// From the moment at which a request should have been sent: corrected for coordinated omission.
    var responseTime = LatencyHistogram()
    /// From the moment at which it was sent.
    var serviceTime = LatencyHistogram()

    /// Answers that were 5xx.
    var serverErrors: Int { statuses.reduce(0) { $0 + ($1.key >= 500 ? $1.value : 0) } }

    /// The share of requests that came to something else than the visitor expected.
    var errorRate: Double { requests == 0 ? 0 : Double(errors) / Double(requests) }

    /// Counts a request that is over.
    mutating func count(_ record: RequestRecord) {
        requests += 1
        if !record.isExpected { errors += 1 }
        switch record.outcome {
        case .status(let status):
            statuses[status, default: 0] += 1
            measure(record)
        case .failure(let failure):
            failures[failure, default: 0] += 1
            if !record.isExpected {
                unanswered += 1
                // Whoever waited in vain did wait.
                if failure == .timeout || failure == .noConnection { measure(record) }
            }
        }
    }

    private mutating func measure(_ record: RequestRecord) {
        responseTime.record(record.responseTime)
        serviceTime.record(record.serviceTime)
    }

    /// Adds what was counted elsewhere.
    mutating func add(_ other: LoadCounts) {
        started += other.started
        completed += other.completed
        requests += other.requests
        statuses.merge(other.statuses) { $0 + $1 }
        failures.merge(other.failures) { $0 + $1 }
        errors += other.errors
        unanswered += other.unanswered
        responseTime.add(other.responseTime)
        serviceTime.add(other.serviceTime)
    }
}
