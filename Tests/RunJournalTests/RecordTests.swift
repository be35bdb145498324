import Foundation
import RunJournal
import Testing

@Suite("What a run wrote down")
struct RecordTests {
    private func entry(trace: String?, incident: String? = nil, path: String = "/products") throws -> JournalEntry {
        JournalEntry(
            requestID: "00ff",
            traceID: trace,
            visitID: JournalEntry.VisitID(7),
            user: "shopper1@example.com",
            requestClass: "normal",
            journey: "purchase",
            step: "browse",
            method: "GET",
            path: path,
            intendedAt: try #require(Moment("2026-11-21T09:33:49.000000001Z")),
            startedAt: try #require(Moment("2026-11-21T09:33:49.5Z")),
            duration: 1_234,
            expected: trace == nil ? .init(outcome: "timeout") : .init(statuses: [200, 409]),
            actual: trace == nil ? .init(error: "timeout") : .init(status: 409),
            incidentID: incident
        )
    }

    @Test("is read as it was written, line by line", arguments: ["/products", "/a\"b\\c\n\u{1}ü"])
    func lines(path: String) throws {
        let entries = [
            try entry(trace: "4bf92f3577b34da6a3ce929d0e0e4736", path: path), try entry(trace: nil, incident: "i-1"),
        ]
        let file = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(entries.flatMap(\.line) + Array("{\"request_id\":\"torn".utf8)).write(to: file)
        var lines = try JSONLines<JournalEntry>(file.path)
        var read: [JournalEntry] = []
        while let entry = try lines.next() { read.append(entry) }
        #expect(read == entries)
    }

    @Test("says whether it was made, and only then")
    func made() throws {
        let start = try #require(Moment("2026-11-21T09:33:49Z"))
        for made in [true, nil] {
            let run = RunRecord(
                runID: "r",
                seed: 1,
                scenario: nil,
                arrivals: nil,
                startedAt: start,
                target: nil,
                made: made
            )
            let data = try JSONEncoder().encode(run)
            #expect(try JSONDecoder().decode(RunRecord.self, from: data) == run)
            #expect(String(decoding: data, as: UTF8.self).contains("made") == (made == true))
        }
    }

    @Test("of another generator may lack what only this one counts")
    func others() throws {
        let text = #"{"run_id":"r","seed":1,"started_at":"2026-11-21T11:33:49+02:00","ended_at":null}"#
        let run = try JSONDecoder().decode(RunRecord.self, from: Data(text.utf8))
        #expect(run.counts == nil)
        #expect(run.made == nil)
        #expect(run.startedAt == Moment("2026-11-21T09:33:49Z"))
        let line = #"""
            {"incident_id":"i","name":"n","seed":1,"difficulty":"easy","started_at":"2026-11-21T09:33:49Z","service":"s"}
            """#
        let injection = try JSONDecoder().decode(Injection.self, from: Data(line.utf8))
        #expect(injection.endedAt == nil)
        #expect(injection.mechanism == nil)
    }

    @Test("names the file and the line that cannot be read")
    func unreadable() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "injections-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("\n{\"incident_id\":7}\n".utf8).write(to: file)
        var lines = try JSONLines<Injection>(file.path)
        let problem = #expect(throws: FileProblem.self) { try lines.next() }
        #expect(problem?.description.hasPrefix("\(file.path), line 2 cannot be read: incident_id") == true)
    }
}
