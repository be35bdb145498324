import Synchronization

/// Collects the figures of a load while it runs.
package final class LoadReport: Sendable {
    /// From how much on a start counts as late, in nanoseconds.
    package static let tolerance: Int64 = 10_000_000

    /// The state of a run.
    package struct State: Sendable {
        package var byClass: [String: LoadCounts] = [:]
        /// By the name of the request's step.
        package var byStep: [String: LoadCounts] = [:]
        /// What was sent beside the load; it is in no class and no step.
        package var beside = LoadCounts()
        package var series = TimeSeries()
        package var inFlight = 0
        package var largestInFlight = 0
        package var skipped = 0
        package var late = 0
        package var latest: Int64 = 0
        /// How late each visit began.
        package var pacing = LatencyHistogram()
        package var lastError: String?

        /// All classes together.
        package var total: LoadCounts {
            byClass.values.reduce(into: LoadCounts()) { $0.add($1) }
        }
    }

    /// When the run began.
    package let began: Instant
    /// The classes of visits, in the order in which they are shown.
    package let classes: [String]
    private let state = Mutex(State())

    /// Creates a report of a run that begins at a moment.
    ///
    /// - Parameter classes: The classes of visits, in the order in which they are shown.
    package init(began: Instant, classes: [String]) {
        self.began = began
        self.classes = classes
    }

    /// What was counted so far.
    package var current: State { state.withLock { $0 } }

    /// What was counted, with the last interval ended.
    package var final: State {
        state.withLock { state in
            state.series.finish()
            return state
        }
    }

    /// Seconds since the run began.
    package var elapsed: Double { (Instant.now - began).inSeconds }

    /// Counts a start; `false` when as many visits run as may.
    package func begin(_ visitClass: String, limit: Int) -> Bool {
        let elapsed = elapsed
        return state.withLock { state in
            guard state.inFlight < limit else {
                state.skipped += 1
                return false
            }
            state.inFlight += 1
            state.largestInFlight = max(state.largestInFlight, state.inFlight)
            state.byClass[visitClass, default: LoadCounts()].started += 1
            state.series.started(at: elapsed)
            return true
        }
    }

    /// Counts how long after its moment a visit began to work, in nanoseconds.
    package func took(_ delay: Int64) {
        state.withLock { state in
            state.pacing.record(delay)
            state.late += delay > Self.tolerance ? 1 : 0
            state.latest = max(state.latest, delay)
        }
    }

    /// Counts a visit that is over, however it went.
    package func end() {
        state.withLock { $0.inFlight -= 1 }
    }

    /// Counts a visit that went to its end as planned.
    ///
    /// - Parameter visitClass: Its class; `nil` for one beside the load.
    package func completed(_ visitClass: String?) {
        state.withLock { state in
            if let visitClass {
                state.byClass[visitClass, default: LoadCounts()].completed += 1
            } else {
                state.beside.completed += 1
            }
        }
    }

    /// Counts the start of a visit beside the load.
    package func beginBeside() {
        state.withLock { $0.beside.started += 1 }
    }

    /// Counts a request that is over; one that the end of the run cut short does not count.
    package func record(_ sample: RequestSample, error: (any Error)?) {
        guard sample.outcome != .failure(.cancelled) else { return }
        let seconds = (sample.ended - began).inSeconds
        let message = error.map { String(describing: $0) }
        state.withLock { state in
            if let message { state.lastError = message }
            guard let visitClass = sample.visitClass else {
                state.beside.count(sample)
                return
            }
            state.byClass[visitClass, default: LoadCounts()].count(sample)
            state.byStep[sample.step, default: LoadCounts()].count(sample)
            state.series.count(sample, at: seconds)
        }
    }
}
