import Foundation
import PromQL
import Testing

/// The tables and a real Prometheus say the same of the same samples.
///
/// `./demo test` brings Debian's Prometheus, whose version 2.42 has other ranges (closed at both ends) and fewer
/// functions than version 3, which the engine follows: entries that say `# only 3` are left out there.
@Suite(
    "A real Prometheus gives what the tables say",
    .enabled(if: PrometheusServer.program != nil, "No Prometheus: run ./demo test, or set FAULTLINE_PROMETHEUS."),
    .serialized
)
struct PrometheusComparisonTests {
    private static let program = PrometheusServer.program ?? ""

    @Test("Every expression of the tables")
    func everyExpression() async throws {
        try await PrometheusServer.with(Self.program) { server in
            var compared = 0
            var leftOut: [String: Int] = [:]
            for file in try ExpressionTable.files {
                for entry in try ExpressionTable.entries(of: file) {
                    if let reason = entry.reasonToLeaveOut(of: server.majorVersion) {
                        leftOut[reason, default: 0] += 1
                        continue
                    }
                    var lines = try await server.evaluate(entry.query, entry.times)
                    var expected = entry.expected
                    if !entry.comparesNotes(withVersion: server.majorVersion) {
                        lines.removeAll { $0.hasPrefix("~ ") }
                        expected.removeAll { $0.hasPrefix("~ ") }
                    }
                    compared += 1
                    #expect(
                        ResultLines.agree(entry.canonical(lines), entry.canonical(expected)),
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
            print("Prometheus \(server.majorVersion): \(compared) expressions compared; left out: \(leftOut)")
            #expect(compared >= 600)
        }
    }

    @Test("Formatted queries, and what is wrong with others")
    func formatting() async throws {
        try await PrometheusServer.with(Self.program) { server in
            guard server.majorVersion >= 3 else { return }
            for query in ParserSamples.valid + ParserSamples.invalid {
                let ours: String
                do { ours = try Parser().parse(query).formatted() } catch { ours = "! \(error)" }
                let theirs = try await server.format(query)
                #expect(ours == theirs, "\(query)")
            }
        }
    }

    /// Writes what Prometheus answers into the tables: `FAULTLINE_RECORD_PROMQL=1`, and a Prometheus 3.
    @Test(
        "The tables are written",
        .enabled(if: ProcessInfo.processInfo.environment["FAULTLINE_RECORD_PROMQL"] != nil)
    )
    func record() async throws {
        try await PrometheusServer.with(Self.program) { server in
            for file in try ExpressionTable.files {
                var blocks: [String] = []
                for block in try String(contentsOf: file, encoding: .utf8).split(separator: "\n\n") {
                    guard let entry = try ExpressionTable.entries(of: String(block)).first,
                        entry.reasonToLeaveOut(of: server.majorVersion) == nil
                    else {
                        blocks.append(block.trimmingCharacters(in: .newlines))
                        continue
                    }
                    let comments = block.split(separator: "\n").filter { $0.hasPrefix("#") }.map(String.init)
                    let lines = entry.canonical(try await server.evaluate(entry.query, entry.times))
                    blocks.append((comments + [entry.times.text, entry.query] + lines).joined(separator: "\n"))
                }
                try (blocks.joined(separator: "\n\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
            }
        }
    }
}

extension ExpressionTable.Entry {
    /// The lines with those of unordered results sorted: Prometheus gives a vector in any order.
    func canonical(_ lines: [String]) -> [String] {
        isOrdered ? lines : lines.sorted()
    }

    private var isOrdered: Bool {
        guard case .instant = times else { return false }
        switch (try? Parser().parse(query))?.withoutParentheses {
        case .call(let call): return call.name.hasPrefix("sort")
        case .aggregation(let aggregation): return aggregation.operation == .topk || aggregation.operation == .bottomk
        default: return false
        }
    }
}
