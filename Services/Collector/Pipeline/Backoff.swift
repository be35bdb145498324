/// How long to wait before trying again: twice as long each time up to a limit, spread so that tables do not retry in
/// step.
struct Backoff: Sendable {
    /// The first wait; 100 ms by default.
    var initial: Duration = .milliseconds(100)
    /// The longest wait; 2 s by default, so that a database that returns is found soon.
    var limit: Duration = .seconds(2)

    /// The wait after so many failures, counted from 1.
    func delay(afterFailures failures: Int, spread: Double = .random(in: 0.75...1.25)) -> Duration {
        let doubled = initial * (1 << min(max(0, failures - 1), 20))
        return min(doubled, limit) * spread
    }
}
