import ClickHouseHTTP
import Foundation
import Testing

@testable import FaultlineMCP

@Suite("An investigation", .timeLimit(.minutes(2)))
struct InvestigationTests {
    /// A run folder with two questions, and with labels that nothing here may read.
    private final class Run {
        let folder = FileManager.default.temporaryDirectory.path + "/investigation-\(UUID().uuidString)"
        var run: String { folder + "/truth/one" }

        init(isOver: Bool = true, hasQuestions: Bool = true) throws {
            try FileManager.default.createDirectory(atPath: run + "/labels", withIntermediateDirectories: true)
            let end = isOver ? #","ended_at":"2026-11-21T10:10:00Z""# : ""
            try #"{"run_id":"one","seed":1,"started_at":"2026-11-21T10:00:00Z"\#(end)}"#.write(
                toFile: run + "/run.json",
                atomically: true,
                encoding: .utf8
            )
            if hasQuestions { try writeQuestions() }
            try "the answer".write(toFile: run + "/labels/q1.json", atomically: true, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func writeQuestions() throws {
            let questions = ["q1", "q2"].map { name in
                #"{"question":"\#(name)","from":"2026-11-21T10:00:00Z","to":"2026-11-21T10:05:00Z"}"#
            }
            try #"{"questions":[\#(questions.joined(separator: ","))]}"#.write(
                toFile: run + "/questions.json",
                atomically: true,
                encoding: .utf8
            )
        }

        /// Asks a ClickHouse that is not there: every query fails, and is counted.
        func investigation(
            _ budget: Budget? = Budget(),
            method: String = "mine",
            scorer: String = "/bin/false"
        ) -> Investigation {
            let nowhere = ClickHouseEndpoint(scheme: "http", host: "127.0.0.1", port: 1)
            return Investigation(
                records: Records(data: folder, pinned: nil, apart: nil, method: method),
                budget: budget,
                telemetry: AgentTelemetry(ClickHouseAccess(endpoint: nowhere, database: "o11y", user: "agent")),
                launcher: Launcher(program: nil, data: folder),
                scorer: Scorer(program: scorer)
            )
        }
    }

    private let right: [String: JSONValue] = ["question": "q1", "root": [["service": "a"]]]

    private func refusal(_ work: () async throws -> Void) async -> String {
        do {
            try await work()
            return "nothing was refused"
        } catch {
            return "\(error)"
        }
    }

    @Test("lists questions with what is left, and says why there are none")
    func questions() async throws {
        let run = try Run(isOver: false, hasQuestions: false)
        let investigation = run.investigation()
        #expect(try await investigation.questions(.none)["state"]?.text?.contains("not done") == true)
        try run.writeQuestions()
        let listed = try await investigation.questions(.none)
        #expect(listed["questions"]?.elements?.map { $0["question"] } == ["q1", "q2"])
        #expect(listed["questions"]?.elements?[0]["left"]?["queries"] == 15)
        #expect(!listed.description.contains("answer"))
        let over = try Run(hasQuestions: false)
        let said = await refusal { _ = try await over.investigation().questions(.none) }
        #expect(said.contains("./demo rca ask"))
    }

    @Test("counts a query also when it fails, ends politely when all are used, and goes on where it was")
    func budget() async throws {
        let run = try Run()
        func ask(_ investigation: Investigation, _ question: String?) async -> String {
            await refusal { _ = try await investigation.query("SELECT 1", question: question, why: "x", .none) }
        }
        do {
            let investigation = run.investigation(Budget(queries: 3))
            #expect(await ask(investigation, "q1").contains("did not answer"))
            // Without a question it counts for all of them.
            #expect(await ask(investigation, nil).contains("did not answer"))
            #expect(await ask(investigation, "q9").contains("no question 'q9'"))
        }
        let again = run.investigation(Budget(queries: 3))
        #expect(await ask(again, "q1").contains("did not answer"))
        #expect(await ask(again, "q1").contains("all 3 queries are used: hand in"))
        #expect(try await again.questions(.none)["questions"]?.elements?[1]["left"]?["queries"] == 2)
        #expect(try await again.submit(right).text.contains("closed"))
        let lines = try String(contentsOfFile: run.run + "/transcripts/mine.jsonl", encoding: .utf8)
            .split(separator: "\n").map { try #require(JSONValue($0.utf8)) }
        #expect(lines.map { $0["event"]?.text } == ["question", "call", "call", "call", "answer"])
        #expect(lines.allSatisfy { WallClock.seconds($0["at"]?.text ?? "") != nil })
        #expect(lines.last?["queries"] == 3)
    }

    @Test("counts what is asked before there are questions, and seconds and bytes too")
    func early() async throws {
        let run = try Run(isOver: false, hasQuestions: false)
        let investigation = run.investigation(Budget(queries: 5))
        _ = await refusal { _ = try await investigation.query("SELECT 1", question: nil, why: nil, .none) }
        try run.writeQuestions()
        #expect(try await investigation.questions(.none)["questions"]?.elements?[0]["left"]?["queries"] == 4)
        let used = Usage(queries: 0, bytes: 10, began: 100)
        #expect(used.spent(of: Budget(bytes: 10), at: 100) == "all 10 bytes of answers")
        #expect(used.spent(of: Budget(seconds: 5), at: 105) == "all 5 seconds")
        #expect(used.spent(of: Budget(), at: 105) == nil)
    }

    @Test("lets 1,000 queries at once use the budget of one question once")
    func race() async throws {
        let run = try Run()
        let investigation = run.investigation(Budget(queries: 7))
        let sent = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 {
                group.addTask {
                    do {
                        _ = try await investigation.query("SELECT 1", question: "q1", why: nil, .none)
                        return true
                    } catch { return "\(error)".contains("did not answer") }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(sent == 7)
    }

    @Test("takes one answer to a question, keeps it in the form that the scorer reads, and scores no open question")
    func answers() async throws {
        let run = try Run()
        let investigation = run.investigation()
        #expect(await refusal { _ = try await investigation.score("q1") }.contains("q1 is open"))
        #expect(await refusal { _ = try await investigation.score("../q1") }.contains("no question"))
        _ = try await investigation.submit(right)
        #expect(await refusal { _ = try await investigation.submit(right) }.contains("first answer counts"))
        #expect(
            await refusal { _ = try await investigation.query("SELECT 1", question: "q1", why: nil, .none) }
                .contains("q1 is closed")
        )
        let file = try #require(JSONValue(try Data(contentsOf: URL(filePath: run.run + "/answers/mine.json"))))
        #expect(file == ["method": "mine", "answers": [.object(right)]])
        #expect(await refusal { _ = try await investigation.score("q2") }.contains("q2 is open"))
        // Whatever the scorer complains of stays here.
        let said = await refusal { _ = try await investigation.score("q1") }
        #expect(said.contains("could not be scored"))
    }

    @Test("passes on the figures of the closed question and nothing else that the scorer says")
    func figures() async throws {
        let run = try Run()
        let script = run.folder + "/scorer"
        let report = """
            [{"method":"mine","scores":[{"question":"q1","incident_id":"secret","scenario":"secret","time":1,\
            "service":{"exact":1}},{"question":"q2","scenario":"secret","time":0}],"problems":["secret"]}]
            """
        try "#!/bin/sh\necho secret >&2\ncat <<'X'\n\(report)\nX\n".write(
            toFile: script,
            atomically: true,
            encoding: .utf8
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let investigation = run.investigation(scorer: script)
        _ = try await investigation.submit(right)
        let score = try await investigation.score("q1")
        #expect(score == ["question": "q1", "time": 1, "service": ["exact": 1]])
    }

    @Test("is the only one with its name")
    func name() async throws {
        let run = try Run()
        let (first, second) = (run.investigation(), run.investigation())
        _ = try await first.questions(.none)
        #expect(await refusal { _ = try await second.questions(.none) }.contains("--method"))
        _ = try await run.investigation(method: "other").questions(.none)
        _ = try await first.questions(.none)
    }

    @Test(
        "gives back an answer that could not be read, and leaves the question open",
        arguments: [
            [:], ["root": "a"], ["root": [["operation": "x"]]], ["root": [["service": ""]]], ["root": [1]],
            ["root": [["service": "a", "wrong": "x"]]], ["root": [], "path": [["from": 1]]],
            ["root": [], "path": [["from": ["service": "a"], "to": ["service": "b", "operation": "c"]]]],
            ["root": [], "times": ["onset": "yesterday"]], ["root": [], "times": ["onset": "2026-11-21T09:37:49"]],
            ["root": [], "times": "x"],
        ] as [[String: JSONValue]]
    )
    func forms(_ members: [String: JSONValue]) async throws {
        let run = try Run()
        let investigation = run.investigation()
        let answer = members.merging(["question": "q1"]) { $1 }
        let said = await refusal { _ = try await investigation.submit(answer) }
        #expect(!said.contains("nothing was refused") && !said.contains("\n"))
        _ = try await investigation.submit([
            "question": "q1", "root": [], "times": ["onset": "2026-11-21T09:37:49+02:00"],
        ])
    }

    @Test("makes a table of lines that are arrays, and leaves other formats as they are")
    func tables() {
        let lines = "[\"a\",\"b\"]\n[1,\"x]\"]\n[2,null]\n"
        #expect(AgentTelemetry.table(Array(lines.utf8)) == #"{"columns":["a","b"],"rows":[[1,"x]"],[2,null]]}"#)
        #expect(AgentTelemetry.table(Array("[\"a\"]\n".utf8)) == #"{"columns":["a"],"rows":[]}"#)
        #expect(AgentTelemetry.table(Array("1\t2\n".utf8)) == "1\t2\n")
        #expect(AgentTelemetry.table([]) == "")
    }

    @Test(
        "starts no file and no option as a scenario",
        arguments: ["/etc/passwd", "--data", "Demo", "", "a b", "../x"]
    )
    func scenarios(_ name: String) async {
        let launcher = Launcher(program: "/bin/false", data: "x")
        let said = await refusal { try await launcher.start(name, seed: nil, timeScale: nil, .none) }
        #expect(said.contains("must be a name"))
    }
}
