import ArgumentParser
import LoadEngine
import ShopStories

/// What is told of a run, and where.
struct ReportOptions: ParsableArguments {
    @Option(help: "Seconds between two progress lines, where output is no terminal.")
    var progress: Double = 10

    @Flag(help: "Tell which incident is under way, and in the summary which there were.")
    var showTruth = false

    @Option(
        name: .customLong("fail-if"),
        help: ArgumentHelp(
            "End with status 99 when this holds, as in 'p99>500ms', 'error_rate>1%' or 'normal:p95>=200ms'.",
            discussion: "May be given several times. \(Threshold.grammar(classes: JourneyClass.names))."
        ),
        transform: Threshold.argument
    )
    var thresholds: [Threshold] = []

    @Option(name: .customLong("summary-json"), help: "Write the summary as JSON to this file.")
    var summaryJSON: String?

    @Option(name: .customLong("summary-html"), help: "Write the summary as a page with plots to this file.")
    var summaryHTML: String?

    @Option(help: "Write the latency distributions to PREFIX.response.hgrm and PREFIX.service.hgrm.")
    var hgrm: String?

    @Option(help: "Listen on this port of 127.0.0.1 for GET /status and POST /rate; 0 takes a free one.")
    var controlPort: Int?

    mutating func validate() throws {
        guard progress > 0, progress <= 3_600 else {
            throw ValidationError("--progress must be above 0 and at most 3600 seconds.")
        }
        if let controlPort, !(0...65_535).contains(controlPort) {
            throw ValidationError("--control-port must be from 0 to 65535.")
        }
    }
}
