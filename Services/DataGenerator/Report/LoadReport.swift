import Glibc
import Synchronization

/// Counts what the load met, and says so: a line now and then, and a summary at the end.
final class LoadReport: Sendable {
    /// Everything that is counted.
    struct Counts: Sendable {
        var started = 0
        var skipped = 0
        var inFlight = 0
        var completed = 0
        var requests = 0
        var clientErrors = 0
        var serverErrors = 0
        var transportErrors = 0
        var longestDelay: Duration = .zero
        var latency = LatencyHistogram()
    }

    private let progressInterval: Duration
    private let counts = Mutex(Counts())
    private let began = ContinuousClock.now

    /// Creates a report that prints a progress line each interval.
    init(progressInterval: Duration) {
        self.progressInterval = progressInterval
    }

    /// What was counted so far.
    var current: Counts { counts.withLock { $0 } }

    /// Counts a start; `false` when as many journeys run as may.
    func begin(limit: Int, late: Duration) -> Bool {
        counts.withLock { counts in
            guard counts.inFlight < limit else {
                counts.skipped += 1
                return false
            }
            counts.started += 1
            counts.inFlight += 1
            counts.longestDelay = max(counts.longestDelay, late)
            return true
        }
    }

    /// Counts a journey that is over, however it went.
    func end() {
        counts.withLock { $0.inFlight -= 1 }
    }

    /// Counts a journey that went to its end.
    func completed() {
        counts.withLock { $0.completed += 1 }
    }

    /// Counts an answer.
    func answered(status: Int, after latency: Duration) {
        counts.withLock { counts in
            counts.requests += 1
            if status >= 500 {
                counts.serverErrors += 1
            } else if status >= 400 {
                counts.clientErrors += 1
            }
            counts.latency.record(latency)
        }
    }

    /// Counts a request that got no answer.
    func failed() {
        counts.withLock { counts in
            counts.requests += 1
            counts.transportErrors += 1
        }
    }

    /// Prints a line each interval until the task is cancelled.
    func printProgress() async {
        while (try? await Task.sleep(for: progressInterval)) != nil {
            say(line(current))
        }
    }

    /// Prints the totals.
    func printSummary() {
        let counts = current
        say("done: \(line(counts))")
        if counts.skipped > 0 { say("\(counts.skipped) journeys were not started: too many were still running") }
    }

    /// Prints one line at once, also into a pipe.
    func say(_ message: String) {
        print("data-generator: \(message)")
        fflush(nil)
    }

    private func line(_ counts: Counts) -> String {
        let seconds = max(1, Int(began.duration(to: .now) / .seconds(1)))
        return """
            \(seconds) s, \(counts.started) journeys (\(counts.completed) complete, \(counts.inFlight) in flight), \
            \(counts.requests) requests, \
            errors: \(counts.clientErrors) 4xx, \(counts.serverErrors) 5xx, \(counts.transportErrors) without answer; \
            p50 \(counts.latency.text(0.5)), p99 \(counts.latency.text(0.99)); \
            latest start \(counts.longestDelay.milliseconds) ms late
            """
    }
}

extension Duration {
    fileprivate var milliseconds: Int { Int(self / .milliseconds(1)) }
}
