import PromQL

/// Whether a selector's samples are read as they were measured, or from rollups.
enum SampleResolution: Hashable, Sendable {
    /// As they were measured.
    case points
    /// From rollups; what of them depends on the function.
    case rollup(RollupStep, RollupValue)

    /// Why an answer may not be what the points would give.
    enum Reservation: Hashable, Sendable {
        /// The points are gone, and the windows of the query do not begin and end with steps of the rollup.
        case unaligned(RollupStep)
        /// The points are gone, and the rollups have not what the function needs.
        case pointsAreGone(days: Int)

        /// What is said of it.
        var text: String {
            switch self {
            case .unaligned(let step):
                """
                the points of this time are gone: values are of the \(step.source), as its steps are; for exact ones, let \
                start, step and ranges be multiples of \(step.length / 1_000) s
                """
            case .pointsAreGone(let days):
                """
                points are kept for \(days) days, and the rollups do not have what this expression needs: what is older \
                is left out
                """
            }
        }
    }

    /// What was chosen for a request.
    struct Choice: Sendable {
        let resolution: SampleResolution
        /// Whether a part of the time is longer ago than points are kept.
        let arePointsGone: Bool
        let reservation: Reservation?
    }

    /// Chooses for a request of the query language.
    ///
    /// A span of more than two days is read from the longest steps that divide its start, its end, its step and its
    /// ranges: the rollups then have exactly what the points would give. Where the points are gone, rollups are all there
    /// is, whatever divides what.
    ///
    /// - Parameters:
    ///   - now: Milliseconds since the epoch.
    ///   - days: How long points are kept.
    static func choose(
        for request: SeriesRequest,
        now: Int64,
        pointsKeptFor days: Int
    ) -> Choice {
        let kept = now - Int64(days) * 86_400_000
        let arePointsGone = request.after < kept
        func points(_ reservation: Reservation?) -> Choice {
            Choice(resolution: .points, arePointsGone: arePointsGone, reservation: reservation)
        }
        guard let value = RollupValue(for: request) else {
            return points(arePointsGone ? .pointsAreGone(days: days) : nil)
        }
        guard arePointsGone || request.through - request.after > RollupStep.longestOfPoints else { return points(nil) }
        // A newest sample may be as old as the look-back, wherever that begins.
        let edges = [request.through, request.step] + (request.range > 0 ? [request.after, request.range] : [])
        if let step = RollupStep.longest(dividing: edges) {
            return Choice(resolution: .rollup(step, value), arePointsGone: arePointsGone, reservation: nil)
        }
        guard arePointsGone else { return points(nil) }
        return Choice(
            resolution: .rollup(.fiveMinutes, value),
            arePointsGone: true,
            reservation: .unaligned(.fiveMinutes)
        )
    }
}

/// What of a step's points a function needs.
enum RollupValue: Hashable, Sendable {
    /// The last one.
    case last
    /// The first and the last, of a counter also the largest, which shows that it began anew.
    case change(isCounter: Bool)
    /// Their sum; with their number as its weight.
    case sum
    case smallest
    case largest

    /// What a request needs; `nil` where it must have the points.
    init?(for request: SeriesRequest) {
        guard request.range > 0 else {
            guard request.function == nil || request.function == "timestamp" else { return nil }
            self = .last
            return
        }
        switch request.function {
        case "rate", "increase": self = .change(isCounter: true)
        case "delta": self = .change(isCounter: false)
        case "last_over_time", "present_over_time": self = .last
        case "sum_over_time", "avg_over_time", "count_over_time": self = .sum
        case "min_over_time": self = .smallest
        case "max_over_time": self = .largest
        default: return nil
        }
    }

    /// Whether the rollups of a kind of metric have it.
    func isKept(of kind: MetricStream.Kind) -> Bool {
        switch (kind, self) {
        case (.gauge, .change(let isCounter)), (.sum, .change(let isCounter)): !isCounter
        case (.gauge, _), (.sum, _), (.counter, _): true
        case (.histogram, .last), (.histogram, .change): true
        case (.histogram, _), (.exponentialHistogram, _), (.summary, _): false
        }
    }
}
