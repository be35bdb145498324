import PromQL
import SeededRandom
import Testing

@Suite("Numbers")
struct FormatTests {
    @Test(
        "are written as Prometheus writes them",
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (100, "100"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"), (1.5e21, "1.5e+21"), (4e22, "4e+22"), (1e-6, "0.000001"), (1e-7, "1e-07"), (1e-9, "1e-09"),
            (1.25e-100, "1.25e-100"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
            (123456789.125, "123456789.125"), (0.1 + 0.2, "0.30000000000000004"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (9007199254740992, "9007199254740992"),
        ] as [(Double, String)]
    )
    func sample(_ value: Double, _ expected: String) {
        #expect(NumberFormat.sample(value) == expected)
    }

    @Test("read back to the same bits")
    func roundTrip() {
        var random = SplitMix64(seed: 42)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(Double(NumberFormat.sample(value)) == value)
        }
    }
}
