import Glibc
import Synchronization

/// Counts what the load met, and says so: a line now and then, and a summary at the end.
final class LoadReport: Sendable {
    /// The state of a run.
    struct State: Sendable {
        var total = LoadCounts()
        var byClass: [JourneyClass: LoadCounts] = [:]
        var inFlight = 0
        var skipped = 0
        var late = 0
        var longestDelay: Duration = .zero
        var lastError: String?
    }

    /// From how much on a start counts as late.
    private static let tolerance: Duration = .milliseconds(10)

    private let progressInterval: Duration
    private let state = Mutex(State())
    private let began = ContinuousClock.now

    /// Creates a report that prints a progress line each interval.
    init(progressInterval: Duration) {
        self.progressInterval = progressInterval
    }

    /// What was counted so far.
    var current: State { state.withLock { $0 } }

    /// How long the run has lasted.
    var elapsed: Duration { began.duration(to: .now) }

    /// Counts a start; `false` when as many journeys run as may.
    func begin(_ visitorClass: JourneyClass, limit: Int, late: Duration) -> Bool {
        state.withLock { state in
            guard state.inFlight < limit else {
                state.skipped += 1
                return false
            }
            state.inFlight += 1
            state.late += late > Self.tolerance ? 1 : 0
            state.longestDelay = max(state.longestDelay, late)
            state.total.started += 1
            state.byClass[visitorClass, default: LoadCounts()].started += 1
            return true
        }
    }

    /// Counts a journey that is over, however it went.
    func end() {
        state.withLock { $0.inFlight -= 1 }
    }

    /// Counts a journey that went to its end.
    func completed(_ visitorClass: JourneyClass) {
        count(visitorClass) { $0.completed += 1 }
    }

    /// Counts an answer.
    func answered(_ visitorClass: JourneyClass, status: Int, isExpected: Bool, after latency: Duration) {
        count(visitorClass) { counts in
            counts.requests += 1
            if status >= 500 { counts.serverErrors += 1 }
            if !isExpected { counts.unexpected += 1 }
            counts.latency.record(latency)
        }
    }

    /// Counts a request that got no answer.
    func failed(_ visitorClass: JourneyClass, _ error: any Error) {
        count(visitorClass) { counts in
            counts.requests += 1
            counts.unanswered += 1
        }
        state.withLock { $0.lastError = String(describing: error) }
    }

    /// Counts a request that nobody waited for.
    func abandoned(_ visitorClass: JourneyClass) {
        count(visitorClass) { counts in
            counts.requests += 1
            counts.abandoned += 1
        }
    }

    private func count(_ visitorClass: JourneyClass, _ change: (inout LoadCounts) -> Void) {
        state.withLock { state in
            change(&state.total)
            change(&state.byClass[visitorClass, default: LoadCounts()])
        }
    }

    // MARK: Saying it

    /// Prints a line each interval until the task is cancelled.
    func printProgress() async {
        while (try? await Task.sleep(for: progressInterval)) != nil {
            say(line(current))
        }
    }

    /// Prints the totals.
    func printSummary() {
        let state = current
        say("done: \(line(state))")
        if state.late > 0 {
            say("\(state.late) starts were late, the worst by \(Int(state.longestDelay / .milliseconds(1))) ms")
        }
        if state.skipped > 0 { say("\(state.skipped) journeys were not started: too many were still running") }
        if let error = state.lastError { say("the last request without an answer: \(error)") }
    }

    /// Prints one line at once, also into a pipe.
    func say(_ message: String) {
        print("data-generator: \(message)")
        fflush(nil)
    }

    private func line(_ state: State) -> String {
        let total = state.total
        return """
            \(max(1, Int(elapsed / .seconds(1)))) s, \(total.started) journeys (\(total.completed) as planned, \
            \(state.inFlight) in flight), \(total.requests) requests, \(total.serverErrors) server errors, \
            \(total.unexpected) unexpected, \(total.unanswered) unanswered; \
            p50 \(total.latency.text(0.5)), p99 \(total.latency.text(0.99))
            """
    }
}
