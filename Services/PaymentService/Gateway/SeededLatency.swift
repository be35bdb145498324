import Glibc
import Synchronization

/// Response times as a card network has them: mostly near the median, sometimes much longer (log-normal), the same
/// sequence for the same seed.
final class SeededLatency: Sendable {
    private let state: Mutex<UInt64>
    private let median: Double
    private let spread: Double

    /// Creates a sequence.
    ///
    /// - Parameters:
    ///   - median: In seconds.
    ///   - spread: The standard deviation of the logarithm; 0.35 gives a 95th percentile of 1.8 times the median.
    init(seed: UInt64, median: Duration, spread: Double) {
        state = Mutex(seed)
        self.median = median / .seconds(1)
        self.spread = spread
    }

    func next() -> Duration {
        let (first, second) = state.withLock { state in (Self.uniform(&state), Self.uniform(&state)) }
        let normal = (-2 * log(max(first, 1e-12))).squareRoot() * cos(2 * .pi * second)
        return .seconds(min(median * exp(spread * normal), median * 20))
    }

    /// SplitMix64, as a number from 0 to 1.
    private static func uniform(_ state: inout UInt64) -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
    }
}
