/// A small random number generator whose whole sequence follows from its seed (SplitMix64, public domain algorithm by
/// Sebastiano Vigna).
///
/// Each journey has one of its own, made from the run's seed and the journey's number: what a journey does never depends
/// on which other journeys ran beside it.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// The generator of one stream of a seeded run.
    init(seed: UInt64, stream: UInt64) {
        var mixer = SeededGenerator(state: seed)
        state = mixer.next() ^ (stream &* 0x9E37_79B9_7F4A_7C15)
    }

    private init(state: UInt64) {
        self.state = state
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
