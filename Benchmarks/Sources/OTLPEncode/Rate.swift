import Glibc

/// Measures how often a second something can be done on one core.
///
/// The thread's own processor time is counted, so that other work on the machine does not count against it.
enum Rate {
    /// The best of several rounds, each of a third of a second: the others were disturbed.
    static func best(rounds: Int = 9, _ body: () -> Int) -> Double {
        var best = 0.0
        for _ in 0..<rounds {
            let start = processorSeconds()
            var done = 0
            var elapsed = 0.0
            while elapsed < 1.0 / 3 {
                for _ in 0..<8 { blackHole(body()) }
                done += 8
                elapsed = processorSeconds() - start
            }
            best = max(best, Double(done) / elapsed)
        }
        return best
    }

    /// Prints one line of JSON.
    static func report(_ name: String, _ value: Double, detail: String) {
        print(#"{"name":"\#(name)","value":\#(Int(value)),"unit":"1/s","detail":"\#(detail)"}"#)
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Keeps the optimizer from dropping a result.
    @inline(never)
    private static func blackHole(_ value: Int) {
        withExtendedLifetime(value) {}
    }
}
