/// Texts that the endpoint does not take, left alone for an hour. Bounded: the oldest make room.
struct RefusedTexts: Sendable {
    private var until: [String: ContinuousClock.Instant] = [:]
    private let limit: Int
    private let rest: Duration

    init(limit: Int = 1_000, rest: Duration = .seconds(3_600)) {
        self.limit = limit
        self.rest = rest
    }

    /// Leaves a text alone from now on.
    mutating func add(_ name: String, at now: ContinuousClock.Instant) {
        if until.count >= limit, let oldest = until.min(by: { $0.value < $1.value }) { until[oldest.key] = nil }
        until[name] = now.advanced(by: rest)
    }

    /// The texts that are to be left alone now.
    mutating func current(at now: ContinuousClock.Instant) -> Set<String> {
        until = until.filter { $0.value > now }
        return Set(until.keys)
    }
}
