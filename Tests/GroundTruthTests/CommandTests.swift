import ArgumentParser
import ClickHouseHTTP
import CurlHTTP
import Testing

@testable import GroundTruth

@Suite("The command line")
struct CommandTests {
    /// A folder with one label and the answers of a method that is wrong about it.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try RunFolder.write(label(), to: folder.path + "/labels/q1.json")
        let sheet = AnswerSheet(
            method: "my agent",
            answers: [Answer(question: "q1", root: [.init(service: "inventory-service")])]
        )
        try RunFolder.write(sheet, to: folder.path + "/answers/mine.json")
        return folder
    }

    private func status(_ words: [String]) async throws -> Int32 {
        var command = try #require(try FaultlineScore.parseAsRoot(words) as? any AsyncParsableCommand)
        do {
            try await command.run()
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        }
    }

    @Test("ends with 99 when a score is lower than asked for, else with 0, and writes the scores either way")
    func failUnder() async throws {
        let folder = try folder()
        #expect(try await status(["score", folder.path, "--fail-under", "1"]) == 99)
        #expect(try await status(["score", folder.path, "--fail-under", "0"]) == 0)
        #expect(try await status(["score", folder.path, folder.path + "/answers/mine.json", "--json"]) == 0)
        let report = try RunFolder.read(ScoreReport.self, folder.path + "/scores/my-agent.json")
        #expect(report.means.service.exact == 0)
    }

    @Test("ends with 66 for a file that is not there and with 65 for one that cannot be read")
    func files() async throws {
        let folder = try folder()
        #expect(try await status(["score", folder.path, folder.path + "/nobody.json"]) == 66)
        try folder.write("{\"method\": 7}", "answers/broken.json")
        #expect(try await status(["score", folder.path]) == 65)
        // The files that can be read are scored all the same.
        let report = try RunFolder.read(ScoreReport.self, folder.path + "/scores/my-agent.json")
        #expect(report.means.count == 1)
        #expect(try await status(["label", folder.path]) == 66)
        let empty = try TemporaryFolder()
        #expect(try await status(["score", empty.path]) == 66)
    }

    @Test("tells a ClickHouse that is away from one that says no")
    func clickHouse() {
        let away = ClickHouseError.unreachable(.unreachable(host: "h", reason: "refused"))
        #expect(ExitStatus.of(away) == 69)
        #expect(away.description.contains("CLICKHOUSE_HTTP_PORT"))
        let refusal = ClickHouseException(status: 404, code: 60, message: "Code: 60")
        #expect(ExitStatus.of(ClickHouseError.refused(refusal)) == 1)
        let unusable = #expect(throws: ClickHouseAccessError.self) { try ClickHouseAccess(environment: { _ in "a b" }) }
        #expect(unusable.map(ExitStatus.of) == 64)
    }
}
