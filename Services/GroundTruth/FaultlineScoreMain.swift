import ArgumentParser

/// `faultline-score`: labels the incidents of a run, proven by its telemetry, and scores answers about them.
@main
struct FaultlineScore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faultline-score",
        abstract: "Labels the incidents of a run, and scores answers about them.",
        discussion: """
            FOLDER is what data-generator --journal wrote. ClickHouse is found by CH_HOST, CLICKHOUSE_HTTP_PORT, CH_USER, \
            CH_PASSWORD and CH_DATABASE.

            Exit status: 0 when all is well; 1 when check finds something wrong; 64 for a command line that makes no sense; \
            65 for a file that cannot be read; 66 for one that is not there; 69 when ClickHouse does not answer; 99 when a \
            score is below --fail-under or the audit finds a leak.
            """,
        subcommands: [
            LabelCommand.self, OracleCommand.self, NaiveCommand.self, ScoreCommand.self, AuditCommand.self,
            ExportCommand.self, CheckCommand.self,
        ]
    )
}
