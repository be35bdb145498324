/// Where a run stands, in one line, for an output that is no terminal.
package enum ProgressLine {
    /// Where a run stands.
    package static func text(_ state: LoadReport.State, elapsed: Double) -> String {
        let total = state.total
        return """
            \(max(1, Int(elapsed))) s, \(total.started) visits (\(total.completed) as planned, \
            \(state.inFlight) in flight), \(total.requests) requests, \(total.errors) errors \
            (\(total.serverErrors) of the server, \(total.unanswered) without an answer); \
            p50 \(Milliseconds.text(total.responseTime.percentile(50))), \
            p99 \(Milliseconds.text(total.responseTime.percentile(99)))
            """
    }
}

/// Latencies as a person reads them.
package enum Milliseconds {
    /// `0.42 ms`, `7.3 ms`, `184 ms`, `2.35 s`.
    package static func text(_ nanoseconds: Int64) -> String {
        let microseconds = nanoseconds / 1_000
        switch microseconds {
        case ..<1_000: return "0.\(padded(microseconds / 10)) ms"
        case ..<10_000: return "\(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
        case ..<1_000_000: return "\(microseconds / 1_000) ms"
        default: return "\(microseconds / 1_000_000).\(padded(microseconds % 1_000_000 / 10_000)) s"
        }
    }

    private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
