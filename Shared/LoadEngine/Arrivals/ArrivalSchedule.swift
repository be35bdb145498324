import Glibc
import SeededRandom

/// The moments at which visits are meant to start: a rate profile, evenly spaced or as a Poisson process.
///
/// The same seed gives the same moments. The rate may be changed while it runs; the moments go on from there.
package struct ArrivalSchedule: Sendable {
    /// How starts are spaced within the rate.
    package enum Spacing: String, Sendable, CaseIterable {
        /// At equal distances.
        case even
        /// At random, independent of one another, as people arrive.
        case poisson
    }

    private var profile: RateProfile
    private let spacing: Spacing
    private var random: SplitMix64
    /// Where the profile began, in seconds since the run began.
    private var origin = 0.0
    private var count = 0.0
    private var last = 0.0

    package init(profile: RateProfile, spacing: Spacing = .even, seed: UInt64) {
        self.profile = profile
        self.spacing = spacing
        random = SplitMix64(seed: seed, stream: .max)
    }

    /// The next start, since the run began.
    package mutating func next() -> Duration {
        let time = profile.time(ofStart: count, notBefore: max(0, last - origin))
        count += spacing == .even ? 1 : -log(Double.random(in: .leastNonzeroMagnitude..<1, using: &random))
        last = origin + time
        return .seconds(last)
    }

    /// Goes on at another, constant rate from a moment.
    package mutating func change(to rate: Double, at moment: Duration) {
        profile = .constant(rate)
        origin = max(last, moment / .seconds(1))
        count = 0
        last = origin
    }
}
