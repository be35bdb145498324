import ArgumentParser
import ClickHouseHTTP

/// Labels a run and loads it into the ground-truth database.
struct LabelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Writes a label for each incident, proven by the telemetry, and loads the run into ground_truth."
    )

    @OptionGroup var options: RunOptions

    @Option(help: "The SQL of the ground_truth database.")
    var tables = "clickhouse/ground_truth"

    @Flag(inversion: .prefixedNo, help: "Load journal and labels into ClickHouse.")
    var load = true

    func run() async throws {
        try await reporting {
            let labels = try await Self.label(options.run, try clickHouse(), tables: load ? tables : nil)
            print(LabelTable(labels))
        }
    }

    /// Labels a run.
    ///
    /// - Parameter tables: The SQL of the database that the run is loaded into; it is not loaded when this is `nil`.
    static func label(
        _ folder: RunFolder,
        _ clickHouse: ClickHouseClient,
        tables: String?
    ) async throws -> [IncidentLabel] {
        let run = try folder.run()
        let end = try folder.end(of: run)
        let labels = try await Labeller(clickHouse: clickHouse)
            .labels(of: run, try folder.injections(), changes: try folder.changes(), end: end)
        for label in labels { try RunFolder.write(label, to: "\(folder.labels)/\(label.question).json") }
        let sheet = QuestionSheet(labels: labels, run: run, end: end)
        try RunFolder.write(sheet, to: folder.questions)
        if let tables {
            let database = GroundTruthDatabase(clickHouse: clickHouse)
            try await database.prepare(tables: tables)
            try await database.load(folder, labels: labels)
        }
        return labels
    }
}
