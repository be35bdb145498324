import ArgumentParser

/// What is told of a run, and where.
struct ReportOptions: ParsableArguments {
    @Option(help: "Seconds between two progress lines.")
    var progress: Double = 10

    mutating func validate() throws {
        guard progress > 0, progress <= 3_600 else {
            throw ValidationError("--progress must be above 0 and at most 3600 seconds.")
        }
    }
}
