import SeededRandom

/// The id that a request carries: 16 hexadecimal digits, derived from the run's seed, the visit and the request's place
/// in it, none of which can be read from the id.
struct RequestID: Sendable, Hashable, CustomStringConvertible {
    let value: UInt64

    /// The id of a request.
    ///
    /// Different requests of a run have different ids, since the mixing can be undone.
    ///
    /// - Parameters:
    ///   - step: The request's number in the visit; below 1,024.
    ///   - copy: Which of several identical requests it is; below 4.
    init(seed: UInt64, visit: UInt64, step: Int, copy: Int = 0) {
        let place = visit << 12 | UInt64(step & 1_023) << 2 | UInt64(copy & 3)
        value = SplitMix64.mix(place ^ SplitMix64.mix(seed))
    }

    var description: String {
        String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let nibble = UInt8(truncatingIfNeeded: value >> (60 - 4 * UInt64(index))) & 15
                digits[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
            }
            return 16
        }
    }
}
