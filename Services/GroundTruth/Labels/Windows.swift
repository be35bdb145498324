import RunJournal

/// The stretches of time that an incident is judged by.
struct Windows: Sendable, Equatable {
    /// The longest stretch before an incident that is looked at, in seconds.
    static let longestBefore: Int64 = 600
    /// How long an incident's traces may linger on, at most, in seconds.
    static let longestAftermath: Int64 = 10

    /// The beginning of the quiet stretch before it.
    let before: Moment
    let injected: Moment
    let cleared: Moment
    /// The end of what can be said to be its own: the next incident's beginning, or the end of the run.
    let until: Moment

    /// The stretches of each incident of a run, in the order of the injections.
    static func of(_ injections: [Injection], in run: RunRecord, end: Moment) -> [Windows] {
        injections.enumerated().map { index, injection in
            let earlier = injections[..<index].map { $0.endedAt ?? end }.max().map { ended in
                // The effects of the incident before end after a while.
                let gap = max(0, injection.startedAt.nanoseconds - ended.nanoseconds)
                return Moment(nanoseconds: ended.nanoseconds + min(gap / 3, longestAftermath * 1_000_000_000))
            }
            let later = injections[(index + 1)...].first?.startedAt
            let start = max(run.startedAt, earlier ?? run.startedAt)
            let farthest = injection.startedAt.advanced(bySeconds: -longestBefore)
            let until = max(injection.startedAt, min(later ?? end, end))
            return Windows(
                before: min(max(start, farthest), injection.startedAt),
                injected: injection.startedAt,
                cleared: min(injection.endedAt ?? end, until),
                until: until
            )
        }
    }

    /// What the queries' parameters stand for.
    var times: [String: Moment] {
        ["before": before, "injected": injected, "cleared": cleared, "until": until]
    }
}
