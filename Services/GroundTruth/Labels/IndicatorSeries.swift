import RunJournal

/// A service level indicator over time: in steps of five seconds from the injection, how many requests, how many bad.
struct IndicatorSeries: Sendable {
    /// The length of a step, in seconds.
    static let step: Int64 = 5
    /// Fewer bad requests in a step are chance.
    static let leastBad = 2
    /// How many steps an objective is judged by.
    static let stepsOfBreach: Int64 = 6

    /// A step in one of the three stretches.
    struct Step: Decodable, Sendable, Equatable {
        enum Phase: Int, Decodable, Sendable {
            case before
            case during
            case after
        }

        let phase: Phase
        /// Steps from the injection.
        let number: Int64
        let total: Int
        let bad: Int
        /// When the first bad request began, in nanoseconds; 0 without any.
        let firstBad: Int64
    }

    let steps: [Step]
    let objective: Double

    /// A query that counts the rows of an indicator's query, which gives `at` and `bad` for each request.
    static func query(over indicator: String) -> String {
        """
        SELECT
            multiIf(at < {injected:DateTime64(9)}, 0, at < {cleared:DateTime64(9)}, 1, 2) AS phase,
            toInt64(floor(
                (toUnixTimestamp64Nano(toDateTime64(at, 9)) - toUnixTimestamp64Nano({injected:DateTime64(9)})) / \(step)e9
            )) AS number,
            count() AS total,
            countIf(bad) AS bad_requests,
            if(bad_requests = 0, 0, minIf(toUnixTimestamp64Nano(toDateTime64(at, 9)), bad)) AS first_bad
        FROM
        (
        \(indicator)
        )
        WHERE at >= {before:DateTime64(9)} AND at < {until:DateTime64(9)}
        GROUP BY phase, number
        ORDER BY phase, number
        """
    }

    func total(_ phase: Step.Phase) -> Int { sum(phase, \.total) }
    func bad(_ phase: Step.Phase) -> Int { sum(phase, \.bad) }

    /// The share of good requests; 1 when there were none.
    func share(_ phase: Step.Phase) -> Double {
        total(phase) == 0 ? 1 : 1 - Double(bad(phase)) / Double(total(phase))
    }

    /// The first bad request of the first half minute that broke the objective after the injection.
    ///
    /// The half minute slides in steps and never reaches back before the injection.
    var breach: Moment? {
        let later = steps.filter { $0.phase != .before }.sorted { $0.number < $1.number }
        for index in later.indices {
            let window = later[...index].filter { $0.number > later[index].number - Self.stepsOfBreach }
            let total = window.reduce(0) { $0 + $1.total }
            let bad = window.reduce(0) { $0 + $1.bad }
            if bad >= Self.leastBad, 1 - Double(bad) / Double(total) < objective {
                return window.first { $0.bad > 0 }.map { Moment(nanoseconds: $0.firstBad) }
            }
        }
        return nil
    }

    /// When the objective is kept again after an incident was cleared; `nil` when it was still broken at the end.
    func recovery(cleared: Moment, injected: Moment) -> Moment? {
        let after = steps.filter { $0.phase == .after }
        guard let last = after.lastIndex(where: breaks) else { return cleared }
        guard last < after.count - 1 else { return nil }
        return max(cleared, injected.advanced(bySeconds: (after[last].number + 1) * Self.step))
    }

    private func breaks(_ step: Step) -> Bool {
        step.bad >= Self.leastBad && 1 - Double(step.bad) / Double(step.total) < objective
    }

    private func sum(_ phase: Step.Phase, _ figure: KeyPath<Step, Int>) -> Int {
        steps.reduce(0) { $0 + ($1.phase == phase ? $1[keyPath: figure] : 0) }
    }
}

extension IndicatorSeries.Step {
    enum CodingKeys: String, CodingKey {
        case phase, number, total
        case bad = "bad_requests"
        case firstBad = "first_bad"
    }
}
