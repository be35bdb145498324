import SeededRandom
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
    @Test("gives the published sequence of its seed")
    func sequence() {
        var random = SplitMix64(seed: 1_234_567)
        // From the reference implementation in C.
        #expect(
            (0..<5).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test("gives different sequences for different streams, and the same for the same")
    func streams() {
        func numbers(_ seed: UInt64, _ stream: UInt64) -> [UInt64] {
            var random = SplitMix64(seed: seed, stream: stream)
            return (0..<4).map { _ in random.next() }
        }
        #expect(numbers(7, 1) == numbers(7, 1))
        #expect(numbers(7, 1) != numbers(7, 2))
        #expect(numbers(7, 1) != numbers(8, 1))
    }

    @Test("gives numbers from 0 up to 1, evenly")
    func units() {
        var random = SplitMix64(seed: 3)
        let numbers = (0..<10_000).map { _ in random.nextUnit() }
        #expect(numbers.allSatisfy { (0..<1).contains($0) })
        let mean = numbers.reduce(0, +) / 10_000
        #expect(abs(mean - 0.5) < 0.02)
    }

    @Test("mixes different numbers into different ones")
    func mixing() {
        #expect(Set((0..<10_000).map { SplitMix64.mix(UInt64($0)) }).count == 10_000)
        #expect(SplitMix64.mix(1) != 1)
    }
}
