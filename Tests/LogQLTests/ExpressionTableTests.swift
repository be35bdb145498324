import Foundation
import LogQL
import Testing

@Suite("LogQL's tables")
struct ExpressionTableTests {
    @Test("hold", arguments: try ExpressionTable.files)
    func tables(_ file: URL) async throws {
        let entries = try ExpressionTable.entries(of: file)
        #expect(!entries.isEmpty)
        var recorded: [String] = []
        for entry in entries {
            let given = await ExpressionTable.lines(of: entry.query, entry.times, over: InMemoryLogSource())
            recorded.append((entry.remarks + [entry.head, entry.query] + given).joined(separator: "\n"))
            if ProcessInfo.processInfo.environment["FAULTLINE_RECORD_LOGQL"] != nil { continue }
            #expect(given == entry.expected, "\(entry.head) \(entry.query)")
            // A source that counts itself makes no difference.
            let counted = await ExpressionTable.lines(
                of: entry.query,
                entry.times,
                over: InMemoryLogSource(counts: true)
            )
            #expect(counted == entry.expected, "counted by the source: \(entry.head) \(entry.query)")
        }
        if ProcessInfo.processInfo.environment["FAULTLINE_RECORD_LOGQL"] != nil {
            try Data((recorded.joined(separator: "\n\n") + "\n").utf8).write(to: file)
        }
    }

    @Test("are many")
    func count() throws {
        let count = try ExpressionTable.files.reduce(0) { try $0 + ExpressionTable.entries(of: $1).count }
        #expect(count >= 150)
    }
}
