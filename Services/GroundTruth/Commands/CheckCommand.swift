import ArgumentParser
import RunJournal

/// Everything that must hold of a run.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Labels a run, lets oracle and naive rule answer, scores both and looks for leaks.",
        discussion: """
            Exit status 1 when a label is not valid, the oracle's scores are not all 1, or the telemetry names an answer.
            """
    )

    @OptionGroup var options: RunOptions

    @Option(help: "The SQL of the ground_truth database.")
    var tables = "clickhouse/ground_truth"

    func run() async throws {
        try await reporting {
            let clickHouse = try clickHouse()
            let folder = options.run
            let labels = try await LabelCommand.label(folder, clickHouse, tables: tables)
            print(LabelTable(labels))
            let sheet = try RunFolder.read(QuestionSheet.self, folder.questions)
            let oracle = try await Oracle(clickHouse: clickHouse).answers(to: sheet)
            try RunFolder.write(oracle, to: folder.answers + "/oracle.json")
            let naive = try await NaiveRule(clickHouse: clickHouse).answers(to: sheet)
            try RunFolder.write(naive, to: folder.answers + "/naive.json")
            let (reports, failure) = try ScoreCommand.score(
                folder,
                labels: labels,
                answers: ["oracle", "naive"].map { "\(folder.answers)/\($0).json" }
            )
            if let failure { throw failure }
            for report in reports { print(ScoreTable(report, level: report.method == "naive" ? .service : .mechanism)) }
            // The minute after the run has what was still on its way.
            let record = try folder.run()
            let stretch = (record.startedAt, try folder.end(of: record).advanced(bySeconds: 60))
            let outcome = try await LeakAudit(clickHouse: clickHouse, stretch: stretch).run()
            print(AuditCommand.text(outcome))
            guard labels.allSatisfy(\.valid), reports.first?.isPerfect == true, outcome.leaks.isEmpty else {
                throw ExitCode(ExitStatus.notPerfect)
            }
        }
    }
}
