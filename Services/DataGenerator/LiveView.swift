import Glibc
import LoadEngine
import ShopStories

/// The view of a run on a terminal: a picture that is redrawn in place.
struct LiveView {
    /// Seconds between two pictures.
    static let interval = 0.5

    /// Whether standard output is a terminal that can be drawn on.
    static var isPossible: Bool {
        isatty(STDOUT_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    private var linesDrawn = 0

    /// Draws a picture over the last one.
    mutating func draw(_ state: LoadReport.State, elapsed: Double, heading: String, incidents: [IncidentKind]?) {
        let lines = Self.lines(state, elapsed: elapsed, heading: heading, incidents: incidents)
        // Up to the first line, then each line over the old one.
        var text = linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A" : ""
        for line in lines { text += "\u{1B}[2K\(line)\n" }
        text += "\u{1B}[J"
        linesDrawn = lines.count
        print(text, terminator: "")
        fflush(nil)
    }

    /// The picture's lines.
    static func lines(
        _ state: LoadReport.State,
        elapsed: Double,
        heading: String,
        incidents: [IncidentKind]?
    ) -> [String] {
        let total = state.total
        let latest = state.series.latest ?? TimeSeries.Point(at: 0)
        let interval = state.series.interval
        var lines = [
            "\u{1B}[1mdata-generator\u{1B}[0m  \(heading)  \(clock(elapsed))",
            "  rate       \(number(Double(latest.started) / interval)) visits/s, "
                + "\(number(Double(latest.requests) / interval)) requests/s",
            "  in flight  \(state.inFlight)   started \(total.started)   late \(state.late)   skipped \(state.skipped)",
            "  now        p50 \(Milliseconds.text(Int64(latest.p50 * 1e6)))   "
                + "p99 \(Milliseconds.text(Int64(latest.p99 * 1e6)))   "
                + "max \(Milliseconds.text(Int64(latest.max * 1e6)))",
            "  run        p50 \(Milliseconds.text(total.responseTime.percentile(50)))   "
                + "p90 \(Milliseconds.text(total.responseTime.percentile(90)))   "
                + "p99 \(Milliseconds.text(total.responseTime.percentile(99)))   "
                + "p99.9 \(Milliseconds.text(total.responseTime.percentile(99.9)))",
            "  errors     "
                + JourneyClass.allCases.compactMap { visitorClass in
                    state.byClass[visitorClass.rawValue].map { "\(visitorClass.rawValue) \($0.errors)/\($0.requests)" }
                }.joined(separator: "   "),
        ]
        if let incidents {
            let names = incidents.map(\.rawValue).joined(separator: ", ")
            lines.append("  incident   \(names.isEmpty ? "none" : names)")
        }
        return lines
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds)
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func number(_ value: Double) -> String { SummaryTable.short((value * 10).rounded() / 10) }
}
