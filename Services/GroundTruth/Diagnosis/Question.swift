import RunJournal

/// One question: what went wrong in this stretch of time? Nothing in it hints at the answer.
struct Question: Codable, Sendable, Equatable {
    let question: String
    let from: Moment
    let to: Moment
}

/// The questions of a run, in the order of time.
struct QuestionSheet: Codable, Sendable, Equatable {
    /// How long before an incident its question begins, and how long after it ends, in seconds.
    static let margin: Int64 = 60

    let questions: [Question]

    /// A question for each label. Neighbours share the time between them in the middle, so that one question has one
    /// answer.
    init(labels: [IncidentLabel], run: RunRecord, end: Moment) {
        let incidents = labels.filter { !$0.isControl }
        questions = labels.map { label in
            guard let injected = label.t.injected else {
                return Question(
                    question: label.question,
                    from: run.startedAt.rounded(up: false),
                    to: end.rounded(up: true)
                )
            }
            let cleared = label.t.cleared ?? end
            let earlier = incidents.compactMap { other in other.t.injected.map { ($0, other.t.cleared ?? end) } }
                .filter { $0.0 < injected }.map(\.1).max()
            let later = incidents.compactMap(\.t.injected).filter { $0 > injected }.min()
            var from = max(run.startedAt, injected.advanced(bySeconds: -Self.margin))
            if let earlier, earlier < injected { from = max(from, Moment.middle(earlier, injected)) }
            var to = min(end, cleared.advanced(bySeconds: Self.margin))
            if let later, later > cleared { to = min(to, Moment.middle(cleared, later)) }
            return Question(
                question: label.question,
                from: from.rounded(up: false),
                to: max(to, cleared).rounded(up: true)
            )
        }
    }
}

extension Moment {
    /// The moment half way between two.
    fileprivate static func middle(_ first: Moment, _ second: Moment) -> Moment {
        Moment(nanoseconds: first.nanoseconds + (second.nanoseconds - first.nanoseconds) / 2)
    }
}
