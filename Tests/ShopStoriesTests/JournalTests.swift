import Foundation
import RunJournal
import Testing

@testable import LoadEngine
@testable import ShopStories

@Suite("The journal")
struct JournalTests {
    private func record(
        _ number: Int,
        path: String = "/products",
        outcome: RequestOutcome = .status(200),
        expectation: ExpectedOutcome = .success,
        incident: String? = nil
    ) -> RequestRecord {
        RequestRecord(
            requestID: RequestID(seed: 1, visit: UInt64(number), step: 0),
            traceID: outcome == .status(200) ? "4bf92f3577b34da6a3ce929d0e0e4736" : nil,
            visit: UInt64(number),
            user: "shopper42@example.com",
            visitorClass: .normal,
            journey: "purchase",
            step: "browse",
            method: "GET",
            path: path,
            intended: Instant(nanoseconds: 1_000),
            started: Instant(nanoseconds: 3_000),
            ended: Instant(nanoseconds: 10_000),
            expectation: expectation,
            outcome: outcome,
            incident: incident
        )
    }

    private func folder() -> String {
        FileManager.default.temporaryDirectory.path + "/journal-tests-\(UUID().uuidString)"
    }

    private func object(_ line: some Sequence<UInt8>) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test("says everything of a request, in one line of JSON")
    func line() throws {
        let line = try object(record(3).entry(WallClock()).line)
        #expect(
            Set(line.keys) == [
                "request_id", "trace_id", "visit_id", "user", "class", "journey", "step", "method", "path",
                "intended_at", "started_at", "duration_ns", "expected", "actual", "incident_id",
            ]
        )
        #expect(line["trace_id"] as? String == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(line["duration_ns"] as? Int == 7_000)
        #expect(line["class"] as? String == "normal")
        #expect(line["incident_id"] is NSNull)
        #expect((line["expected"] as? [String: [Int]]) == ["statuses": [200]])
        #expect((line["actual"] as? [String: Int]) == ["status": 200])
    }

    @Test("has no trace, and the reason, where no answer came")
    func unanswered() throws {
        let given = record(1, outcome: .failure(.timeout), expectation: .timeout, incident: "i-1")
        let line = try object(given.entry(WallClock()).line)
        #expect(line["trace_id"] is NSNull)
        #expect((line["actual"] as? [String: String]) == ["error": "timeout"])
        #expect((line["expected"] as? [String: String]) == ["outcome": "timeout"])
        #expect(line["incident_id"] as? String == "i-1")
        #expect(given.isExpected)
    }

    @Test("stays JSON whatever a path holds")
    func hostile() throws {
        let path = "/a\"b\\c\n\u{1}\u{7f}🎁"
        #expect(try object(record(1, path: path).entry(WallClock()).line)["path"] as? String == path)
    }

    @Test("keeps every record of many writers, each on a line of its own")
    func concurrency() async throws {
        let path = folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let journal = Journal(path: path + "/journal.jsonl", clock: WallClock())
        async let writing: Void = journal.run()
        await withTaskGroup { group in
            for writer in 0..<8 {
                group.addTask { for number in 0..<500 { journal.append(record(writer * 500 + number)) } }
            }
        }
        journal.close()
        try await writing
        #expect(journal.counts == (4_000, 0))
        let text = try String(contentsOfFile: path + "/journal.jsonl", encoding: .utf8)
        let ids = try text.split(separator: "\n").map { try #require(try object($0.utf8)["request_id"] as? String) }
        #expect(ids.count == 4_000 && Set(ids).count == 4_000)
    }

    @Test("drops and counts what its queue has no room for, and never waits")
    func bounded() async throws {
        let path = folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let journal = Journal(path: path + "/journal.jsonl", clock: WallClock(), capacity: 10)
        for number in 0..<25 { journal.append(record(number)) }
        journal.close()
        try await journal.run()
        #expect(journal.counts == (10, 15))
    }

    @Test("ends at its largest size with a whole line, and counts what came later")
    func largest() async throws {
        let path = folder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let size = record(1).entry(WallClock()).line.count
        let journal = Journal(path: path + "/journal.jsonl", clock: WallClock(), maximumBytes: size * 3 + size / 2)
        for _ in 0..<5 { journal.append(record(1)) }
        journal.close()
        try await journal.run()
        #expect(journal.counts == (3, 2))
        #expect(try Data(contentsOf: URL(filePath: path + "/journal.jsonl")).count == size * 3)
    }

    @Test("that cannot be written drops and counts, and says what to do")
    func unwritable() async {
        let journal = Journal(path: "/nowhere/at/all/journal.jsonl", clock: WallClock())
        journal.append(record(1))
        await #expect(throws: OutputError.self) { try await journal.run() }
        journal.append(record(2))
        #expect(journal.counts == (0, 2))
        #expect(journal.failure?.description.contains("/nowhere/at/all/journal.jsonl cannot be written") == true)
    }

    @Test("lies in a folder with the run's own record, which says how it stands at any time")
    func folders() throws {
        let path = folder() + "/deep/er"
        let start = try #require(Moment("2026-01-01T00:00:00Z"))
        var run = RunRecord(
            runID: "r",
            seed: .max,
            scenario: nil,
            arrivals: "20",
            startedAt: start,
            target: "http://127.0.0.1:8000",
            counts: RunRecord.Counts()
        )
        let truth = try TruthFolder(path, run: run, clock: WallClock())
        #expect(try object(Data(contentsOf: URL(filePath: path + "/run.json")))["ended_at"] is NSNull)
        run.endedAt = start.advanced(bySeconds: 600)
        try truth.write(run)
        let written = try Data(contentsOf: URL(filePath: path + "/run.json"))
        #expect(try JSONDecoder().decode(RunRecord.self, from: written) == run)
        #expect(throws: OutputError.self) { try TruthFolder(path, run: run, clock: WallClock()) }
    }
}
