import Glibc
import SeededRandom
import Synchronization

/// Response times as a card network has them: usually near the median, sometimes much longer (log-normal), the same
/// sequence for the same seed.
final class SeededLatency: Sendable {
    private let random: Mutex<SplitMix64>
    private let median: Double
    private let spread: Double

    /// Creates a sequence.
    ///
    /// - Parameters:
    ///   - median: In seconds.
    ///   - spread: The standard deviation of the logarithm; 0.35 gives a 95th percentile of 1.8 times the median.
    init(seed: UInt64, median: Duration, spread: Double) {
        random = Mutex(SplitMix64(seed: seed))
        self.median = median / .seconds(1)
        self.spread = spread
    }

    func next() -> Duration {
        let (first, second) = random.withLock { random in (random.nextUnit(), random.nextUnit()) }
        let normal = (-2 * log(max(first, 1e-12))).squareRoot() * cos(2 * .pi * second)
        return .seconds(min(median * exp(spread * normal), median * 20))
    }
}
