import ArgumentParser
import FoundationEssentials

/// Looks for the answer in the telemetry.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Looks through every text of the telemetry for names of incidents, switches and mechanisms.",
        discussion: "Exit status 99 when one is found."
    )

    @Option(help: "One more word to look for; may be given several times.")
    var word: [String] = []

    @Flag(help: "Print the outcome as JSON.")
    var json = false

    func run() async throws {
        try await reporting {
            let audit = LeakAudit(clickHouse: try clickHouse(), words: LeakAudit.standardWords + word)
            let outcome = try await audit.run()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(outcome), as: UTF8.self))
            } else {
                print(Self.text(outcome))
            }
            if !outcome.leaks.isEmpty { throw ExitCode(ExitStatus.below) }
        }
    }

    static func text(_ outcome: LeakAudit.Outcome) -> String {
        let leaks = outcome.leaks.map { leak in
            "  \(leak.table).\(leak.column) says '\(leak.word)' in \(leak.rows) rows, for example: \(leak.example)"
        }
        let sum = "\(outcome.words) words, \(outcome.tables) tables, \(outcome.rows) rows: "
        return ([sum + (leaks.isEmpty ? "nothing found" : "\(leaks.count) found")] + leaks).joined(separator: "\n")
    }
}
