import ArgumentParser
import FoundationEssentials

/// Compares answers with labels.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Compares answers with the labels of a run: a table, and scores/METHOD.json."
    )

    @OptionGroup var options: RunOptions

    @Argument(help: "Files of answers; all of FOLDER/answers when none is given.")
    var answers: [String] = []

    @Option(help: "How much of a root cause must be right: service, operation or mechanism.")
    var level = Level.mechanism

    @Flag(help: "Print the scores as JSON instead of a table.")
    var json = false

    @Flag(inversion: .prefixedNo, help: "Write scores/METHOD.json.")
    var keep = true

    @Option(help: "Exit with 99 when the mean of exact is lower than this, from 0 to 1.")
    var failUnder: Double?

    func run() async throws {
        try await reporting {
            let (reports, failure) = try Self.score(
                options.run,
                labels: try options.labels(),
                answers: answers.isEmpty ? try RunFolder.documents(in: options.run.answers) : answers,
                keep: keep
            )
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(reports), as: UTF8.self))
            } else {
                print(reports.map { ScoreTable($0, level: level).description }.joined(separator: "\n"))
            }
            if let failure { throw ExitCode(ExitStatus.of(failure)) }
            if let failUnder, reports.contains(where: { $0.means.at(level).exact < failUnder }) {
                throw ExitCode(ExitStatus.below)
            }
        }
    }

    /// Scores files of answers and writes each report. What cannot be used is said on standard error, a line for each
    /// answer or file, and does not affect the others.
    ///
    /// - Parameter keep: Whether each report is written to `scores/METHOD.json`.
    /// - Returns: The reports, and why the first file without one has none.
    static func score(
        _ folder: RunFolder,
        labels: [IncidentLabel],
        answers: [String],
        keep: Bool = true
    ) throws -> (reports: [ScoreReport], failure: (any Error)?) {
        let naive = try? RunFolder.read(AnswerSheet.self, folder.answers + "/naive.json")
        var reports: [ScoreReport] = []
        var failure: (any Error)?
        for path in answers {
            let sheet: AnswerSheet
            do {
                sheet = try RunFolder.read(AnswerSheet.self, path)
            } catch {
                Terminal.complain("faultline-score: \(error)")
                failure = failure ?? error
                continue
            }
            let report = ScoreReport(sheet, labels: labels, naive: naive)
            for problem in report.problems { Terminal.complain("faultline-score: \(path): \(problem)") }
            if keep {
                let name = sheet.method.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
                try RunFolder.write(report, to: "\(folder.path)/scores/\(String(name)).json")
            }
            reports.append(report)
        }
        return (reports, failure)
    }
}
