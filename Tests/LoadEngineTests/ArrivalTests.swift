import Testing

@testable import LoadEngine

@Suite("Arrivals")
struct ArrivalTests {
    private func starts(_ profile: RateProfile, within seconds: Double) -> [Double] {
        var schedule = ArrivalSchedule(profile: profile, seed: 1)
        var starts: [Double] = []
        while case let start = schedule.next() / .seconds(1), start < seconds { starts.append(start) }
        return starts
    }

    @Test("are evenly spaced at a constant rate, and do not drift in a day")
    func constant() {
        let starts = starts(.constant(0.02), within: 86_400)
        #expect(starts.count == 1_728)
        #expect(abs((starts.last ?? 0) - 86_350) < 1e-6)
    }

    @Test(
        "follow their profile",
        arguments: [
            (RateProfile.ramp(from: 0.001, to: 10, over: 10), 20.0, 150),
            (.steps([.init(rate: 5, lasting: 2), .init(rate: 20, lasting: 1), .init(rate: 1, lasting: 5)]), 8, 35),
            (.spike(base: 10, peak: 100, at: 1, lasting: 0.5), 2, 65),
            (.day(mean: 10, amplitude: 8, period: 4), 4, 40),
        ]
    )
    func profiles(profile: RateProfile, seconds: Double, expected: Int) {
        #expect(abs(starts(profile, within: seconds).count - expected) <= 1)
    }

    @Test("of a Poisson process have the right mean and spread, and repeat by seed")
    func poisson() {
        var first = ArrivalSchedule(profile: .constant(100), spacing: .poisson, seed: 7)
        var second = ArrivalSchedule(profile: .constant(100), spacing: .poisson, seed: 7)
        let times = (0..<4_000).map { _ in first.next() / .seconds(1) }
        #expect(times == (0..<4_000).map { _ in second.next() / .seconds(1) })
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 0.01) < 0.001)
        #expect(abs(variance.squareRoot() / mean - 1) < 0.1, "An exponential's deviation is its mean.")
    }

    @Test("go on at a new rate from the moment of the change")
    func change() {
        var schedule = ArrivalSchedule(profile: .constant(10), seed: 1)
        for _ in 0..<11 { _ = schedule.next() }
        schedule.change(to: 100, at: .seconds(1))
        #expect((0..<3).map { _ in schedule.next() } == [.seconds(1.0), .seconds(1.01), .seconds(1.02)])
    }

    @Test(
        "are read from text",
        arguments: [
            ("20", RateProfile.constant(20)), ("ramp:5-50/60", .ramp(from: 5, to: 50, over: 60)),
            ("steps:5x30,20x10", .steps([.init(rate: 5, lasting: 30), .init(rate: 20, lasting: 10)])),
            ("spike:10-100@30x15", .spike(base: 10, peak: 100, at: 30, lasting: 15)),
            ("day:20~15/600", .day(mean: 20, amplitude: 15, period: 600)),
        ]
    )
    func arguments(text: String, profile: RateProfile) {
        #expect(RateProfile(text: text) == profile)
    }

    @Test("are at equal distances unless they are said to be a Poisson process")
    func spacing() {
        #expect(Arrivals(text: "20")?.spacing == .even)
        #expect(Arrivals(text: "constant:20")?.profile == .constant(20))
        #expect(Arrivals(text: "poisson:20")?.spacing == .poisson)
        #expect(Arrivals(text: "ramp:5-50/60")?.description == "ramp:5-50/60")
    }

    @Test(
        "refuse text that makes no sense",
        arguments: ["", "0", "-1", "nan", "ramp:5", "day:5~9/60", "wave:1", "1e9", "poisson:", "poisson:ramp:1-2/3"]
    )
    func malformed(text: String) {
        #expect(Arrivals(text: text) == nil)
    }
}
