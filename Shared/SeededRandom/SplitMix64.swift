/// A random number generator whose whole sequence follows from its seed: SplitMix64 by Guy Steele, Doug Lea and
/// Christine Flood, in Sebastiano Vigna's public domain form.
///
/// It is fast and small, and never to be used where a number must not be guessed.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// The sequence of a seed.
    public init(seed: UInt64) {
        state = seed
    }

    /// One of many independent sequences of a seed.
    ///
    /// - Parameter stream: Which one. What is drawn from one stream never depends on what was drawn from another.
    public init(seed: UInt64, stream: UInt64) {
        var generator = SplitMix64(seed: seed)
        state = generator.next() ^ (stream &* Self.gamma)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= Self.gamma
        return Self.mix(state)
    }

    /// The next number from 0 up to 1, without 1, in steps of 2⁻⁵³.
    public mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Mixes 64 bits so that each bit of the input moves about half of the output's.
    ///
    /// Each step can be undone, so different inputs give different outputs.
    public static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
