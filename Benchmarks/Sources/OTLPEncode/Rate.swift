/// Measures how often a second something can be done.
enum Rate {
    /// The best of several rounds, each of a third of a second: the others were disturbed.
    static func best(rounds: Int = 9, _ body: () -> Int) -> Double {
        var best = 0.0
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            var done = 0
            var elapsed = Duration.zero
            while elapsed < .milliseconds(333) {
                for _ in 0..<8 { blackHole(body()) }
                done += 8
                elapsed = start.duration(to: .now)
            }
            best = max(best, Double(done) / (elapsed / .seconds(1)))
        }
        return best
    }

    /// Prints one line of JSON.
    static func report(_ name: String, _ value: Double, detail: String) {
        print(#"{"name":"\#(name)","value":\#(Int(value)),"unit":"1/s","detail":"\#(detail)"}"#)
    }

    /// Keeps the optimizer from dropping a result.
    @inline(never)
    private static func blackHole(_ value: Int) {
        withExtendedLifetime(value) {}
    }
}
