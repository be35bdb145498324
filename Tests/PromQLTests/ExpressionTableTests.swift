import Foundation
import PromQL
import Testing

@Suite("Expressions give what the tables say")
struct ExpressionTableTests {
    @Test("Every expression of a topic", arguments: try ExpressionTable.files)
    func everyExpression(_ file: URL) async throws {
        let entries = try ExpressionTable.entries(of: file)
        #expect(!entries.isEmpty)
        for entry in entries {
            let lines = try await ResultLines.evaluate(entry.query, entry.times, by: PromQLEngine())
            #expect(
                ResultLines.agree(entry.canonical(lines), entry.canonical(entry.expected)),
                """
                \(file.lastPathComponent): \(entry.times.text): \(entry.query)
                gives
                \(lines.joined(separator: "\n"))
                and not
                \(entry.expected.joined(separator: "\n"))
                """
            )
        }
    }

    @Test("The tables hold at least 600 different expressions")
    func size() throws {
        let queries = try ExpressionTable.files.flatMap { try ExpressionTable.entries(of: $0).map(\.query) }
        #expect(Set(queries).count >= 600)
    }
}
