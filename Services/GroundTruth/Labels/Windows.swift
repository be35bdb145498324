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

    /// Incidents that overlap, directly or by others between them, stand together: what is seen then has several causes.
    ///
    /// - Parameter injections: In the order of time.
    static func groups(of injections: [Injection], end: Moment) -> [[Injection]] {
        var groups: [[Injection]] = []
        var ended: Moment?
        for injection in injections {
            if let ended, injection.startedAt < ended {
                groups[groups.count - 1].append(injection)
            } else {
                groups.append([injection])
            }
            let own = injection.endedAt ?? end
            ended = max(ended ?? own, own)
        }
        return groups
    }

    /// The stretches of each group of incidents of a run, in the order of the injections.
    static func of(_ injections: [Injection], in run: RunRecord, end: Moment) -> [Windows] {
        let groups = groups(of: injections, end: end)
        return groups.enumerated().map { index, group in
            let injected = group[0].startedAt
            let earlier = groups[..<index].joined().map { $0.endedAt ?? end }.max().map { ended in
                // The effects of the incident before end after a while.
                let gap = max(0, injected.nanoseconds - ended.nanoseconds)
                return Moment(nanoseconds: ended.nanoseconds + min(gap / 3, longestAftermath * 1_000_000_000))
            }
            let later = groups[(index + 1)...].first?[0].startedAt
            let start = max(run.startedAt, earlier ?? run.startedAt)
            let farthest = injected.advanced(bySeconds: -longestBefore)
            let until = max(injected, min(later ?? end, end))
            return Windows(
                before: min(max(start, farthest), injected),
                injected: injected,
                cleared: min(group.map { $0.endedAt ?? end }.max() ?? end, until),
                until: until
            )
        }
    }

    /// The stretches of one incident of a group: its own injection, and what the group has in common.
    func of(_ injection: Injection) -> Windows {
        Windows(
            before: before,
            injected: injection.startedAt,
            cleared: min(injection.endedAt ?? until, until),
            until: until
        )
    }

    /// What the queries' parameters stand for.
    var times: [String: Moment] {
        ["before": before, "injected": injected, "cleared": cleared, "until": until]
    }
}
