import ArgumentParser

/// Writes a labelled run in formats that others read.
struct ExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case parquet
        case rcaeval
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a labelled run as Parquet files or in the layout of RCAEval."
    )

    @OptionGroup var options: RunOptions

    @Option(help: "parquet or rcaeval.")
    var format: Format

    @Option(help: "Where to; FOLDER/export/FORMAT when left out.")
    var output: String?

    func run() async throws {
        try await reporting {
            let clickHouse = try clickHouse()
            let target = output ?? "\(options.run.path)/export/\(format.rawValue)"
            let labels = try options.labels()
            let written: [String]
            switch format {
            case .parquet:
                let run = try options.run.run()
                let end = try options.run.end(of: run)
                let export = ParquetExport(clickHouse: clickHouse, groundTruth: "ground_truth")
                written = try await export.write(options.run, run, until: end, to: target)
            case .rcaeval:
                let sheet = try RunFolder.read(QuestionSheet.self, options.run.questions)
                written = try await RCAEvalExport(clickHouse: clickHouse).write(labels, sheet, to: target)
            }
            for path in written { print(path) }
        }
    }
}
