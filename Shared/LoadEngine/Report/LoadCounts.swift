/// The counts of a run, or of one part of it.
package struct LoadCounts: Sendable {
    /// Visits that were started.
    package var started = 0
    /// Visits that went to their end as planned.
    package var completed = 0
    /// Requests that are over.
    package var requests = 0
    /// Answers by status.
    package var statuses: [Int: Int] = [:]
    /// Requests that got no answer, by reason; those that were meant to get none too.
    package var failures: [RequestOutcome.Failure: Int] = [:]
    /// Requests whose outcome differed from the expected one.
    package var errors = 0
    /// Requests that got no answer although they should have.
    package var unanswered = 0
    /// From the moment at which a request should have been sent: corrected for coordinated omission.
    package var responseTime = LatencyHistogram()
    /// From the moment at which it was sent.
    package var serviceTime = LatencyHistogram()

    /// Answers that were 5xx.
    package var serverErrors: Int { statuses.reduce(0) { $0 + ($1.key >= 500 ? $1.value : 0) } }

    /// The share of requests whose outcome differed from the expected one.
    package var errorRate: Double { requests == 0 ? 0 : Double(errors) / Double(requests) }

    /// Counts a request that is over.
    package mutating func count(_ sample: RequestSample) {
        requests += 1
        if !sample.isExpected { errors += 1 }
        switch sample.outcome {
        case .status(let status):
            statuses[status, default: 0] += 1
            measure(sample)
        case .failure(let failure):
            failures[failure, default: 0] += 1
            if !sample.isExpected {
                unanswered += 1
                // A request without an answer waited too.
                if failure == .timeout || failure == .noConnection { measure(sample) }
            }
        }
    }

    private mutating func measure(_ sample: RequestSample) {
        responseTime.record(sample.responseTime)
        serviceTime.record(sample.serviceTime)
    }

    /// Adds what was counted elsewhere.
    package mutating func add(_ other: LoadCounts) {
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
