import Synchronization

/// Counts what the load met.
final class LoadReport: Sendable {
    /// From how much on a start counts as late, in nanoseconds.
    static let tolerance: Int64 = 10_000_000

    /// The state of a run.
    struct State: Sendable {
        var byClass: [JourneyClass: LoadCounts] = [:]
        /// By what visitors do, in a word.
        var byStep: [String: LoadCounts] = [:]
        /// What only the triggers of incidents sent; it is in no class and no step.
        var triggers = LoadCounts()
        var series = TimeSeries()
        var inFlight = 0
        var largestInFlight = 0
        var skipped = 0
        var late = 0
        var latest: Int64 = 0
        /// How long after its moment each visit began to work.
        var pacing = LatencyHistogram()
        var lastError: String?

        /// All classes together.
        var total: LoadCounts {
            byClass.values.reduce(into: LoadCounts()) { $0.add($1) }
        }
    }

    /// When the run began.
    let began: Moment
    private let state = Mutex(State())

    /// Creates a report of a run that begins at a moment.
    init(began: Moment) {
        self.began = began
    }

    /// What was counted so far.
    var current: State { state.withLock { $0 } }

    /// What was counted, with the last interval ended.
    var final: State {
        state.withLock { state in
            state.series.finish()
            return state
        }
    }

    /// Seconds since the run began.
    var elapsed: Double { (Moment.now - began).inSeconds }

    /// Counts a start; `false` when as many visits run as may.
    func begin(_ visitorClass: JourneyClass, limit: Int) -> Bool {
        let elapsed = elapsed
        return state.withLock { state in
            guard state.inFlight < limit else {
                state.skipped += 1
                return false
            }
            state.inFlight += 1
            state.largestInFlight = max(state.largestInFlight, state.inFlight)
            state.byClass[visitorClass, default: LoadCounts()].started += 1
            state.series.started(at: elapsed)
            return true
        }
    }

    /// Counts how long after its moment a visit began to work, in nanoseconds.
    func took(_ delay: Int64) {
        state.withLock { state in
            state.pacing.record(delay)
            state.late += delay > Self.tolerance ? 1 : 0
            state.latest = max(state.latest, delay)
        }
    }

    /// Counts a visit that is over, however it went.
    func end() {
        state.withLock { $0.inFlight -= 1 }
    }

    /// Counts a visit that went to its end as planned.
    func completed(_ journey: Journey) {
        state.withLock { state in
            if journey.incident == nil {
                state.byClass[journey.visitorClass, default: LoadCounts()].completed += 1
            } else {
                state.triggers.completed += 1
            }
        }
    }

    /// Counts the start of a visit that an incident's trigger makes.
    func beginTrigger() {
        state.withLock { $0.triggers.started += 1 }
    }

    /// Counts a request that is over; one that the end of the run cut short does not count.
    func record(_ record: RequestRecord, error: (any Error)?) {
        guard record.outcome != .failure(.cancelled) else { return }
        let seconds = (record.ended - began).inSeconds
        let message = error.map { String(describing: $0) }
        state.withLock { state in
            if let message { state.lastError = message }
            guard record.incident == nil else {
                state.triggers.count(record)
                return
            }
            state.byClass[record.visitorClass, default: LoadCounts()].count(record)
            state.byStep[record.step, default: LoadCounts()].count(record)
            state.series.count(record, at: seconds)
        }
    }
}
