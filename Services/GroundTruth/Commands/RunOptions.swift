import ArgumentParser
import ClickHouseHTTP
import FoundationEssentials
import Glibc
import RunJournal

/// The folder of a run, and where its telemetry is.
struct RunOptions: ParsableArguments {
    @Argument(help: "What data-generator --journal wrote: the folder of a run, or that of all runs for the latest.")
    var folder: String

    var run: RunFolder { RunFolder.found(at: folder) }

    func labels() throws -> [IncidentLabel] {
        try RunFolder.documents(in: run.labels).map { try RunFolder.read(IncidentLabel.self, $0) }
            .sorted { ($0.question.utf8.count, $0.question) < ($1.question.utf8.count, $1.question) }
    }
}

/// Exit statuses beside 0; 64 to 69 are those of sysexits.h.
enum ExitStatus {
    static let notPerfect: Int32 = 1
    static let usage: Int32 = 64
    static let badData: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let below: Int32 = 99

    /// The status that says of which kind an error is.
    static func of(_ error: any Error) -> Int32 {
        switch error {
        case ClickHouseError.unreachable: unavailable
        case FileProblem.missing, is MissingTables: noInput
        case is FileProblem, is UnknownIncident, is DecodingError: badData
        case is ClickHouseAccessError: usage
        default: notPerfect
        }
    }
}

/// Runs a command: an error is one line on standard error, and an exit status that says of which kind it is.
func reporting(_ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let error as ExitCode {
        throw error
    } catch {
        Terminal.complain("faultline-score: \(error)")
        throw ExitCode(ExitStatus.of(error))
    }
}

/// The ClickHouse that the environment names.
func clickHouse() throws -> ClickHouseClient {
    ClickHouseClient(try ClickHouseAccess(environment: { ProcessInfo.processInfo.environment[$0] }))
}

/// Standard error.
enum Terminal {
    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
