/// Lets so much through a second, and in bursts of what some seconds let through.
struct Allowance: Sendable {
    private let perSecond: Double
    private let most: Double
    private var left: Double
    private var last: ContinuousClock.Instant

    /// - Parameters:
    ///   - perSecond: How much a second on the whole.
    ///   - burst: How many seconds' worth may come at once.
    init(perSecond: Double, burst: Double, at now: ContinuousClock.Instant = .now) {
        self.perSecond = perSecond
        most = perSecond * burst
        left = most
        last = now
    }

    /// Takes an amount; `false`, and nothing is taken, when there is less.
    mutating func take(_ amount: Double, at now: ContinuousClock.Instant = .now) -> Bool {
        left = min(most, left + max(0, last.duration(to: now) / .seconds(1)) * perSecond)
        last = max(last, now)
        guard left >= amount else { return false }
        left -= amount
        return true
    }
}
