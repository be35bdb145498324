import ArgumentParser

/// The reference answer.
struct OracleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oracle",
        abstract: "Answers the questions of a run by rules in SQL on the telemetry; writes answers/oracle.json."
    )

    @OptionGroup var options: RunOptions

    func run() async throws {
        try await reporting {
            let sheet = try RunFolder.read(QuestionSheet.self, options.run.questions)
            let answers = try await Oracle(clickHouse: try clickHouse()).answers(to: sheet)
            try RunFolder.write(answers, to: options.run.answers + "/oracle.json")
            print(options.run.answers + "/oracle.json")
        }
    }
}

/// The answer of a rule that only counts errors.
struct NaiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "naive",
        abstract: "Answers the questions of a run with the service that has most errors; writes answers/naive.json."
    )

    @OptionGroup var options: RunOptions

    func run() async throws {
        try await reporting {
            let sheet = try RunFolder.read(QuestionSheet.self, options.run.questions)
            let answers = try await NaiveRule(clickHouse: try clickHouse()).answers(to: sheet)
            try RunFolder.write(answers, to: options.run.answers + "/naive.json")
            print(options.run.answers + "/naive.json")
        }
    }
}
