/// Everything that is counted of a run, or of one class of it.
struct LoadCounts: Sendable {
    /// Journeys that were started.
    var started = 0
    /// Journeys that went to their end as planned.
    var completed = 0
    /// Requests that were sent.
    var requests = 0
    /// Answers that were 5xx.
    var serverErrors = 0
    /// Answers that were something else than the visitor expected, 5xx among them.
    var unexpected = 0
    /// Requests that got no answer.
    var unanswered = 0
    /// Requests whose visitor did not wait for the answer.
    var abandoned = 0
    /// How long answers took.
    var latency = LatencyHistogram()

    /// The share of requests that failed: unexpected answers and none at all.
    var errorRate: Double {
        requests == 0 ? 0 : Double(unexpected + unanswered) / Double(requests)
    }
}
