import Foundation
import Testing

/// Looks through all that a suite has stored for what must never be in it.
///
/// Every table is searched, every column, as text: a new column or table is searched without anybody thinking of it.
struct LeakAudit: Sendable {
    let suite: RunningSuite

    /// Names that would give the answer away.
    static var answers: [String] {
        let fixes = Incident.all.flatMap { $0.fix.map(\.key) }
        return Incident.all.map(\.name) + fixes + [
            "admin/faults", "ttl_s", "weakness", "sabotage", "chaos", "is_fixed", "intensity",
        ]
    }

    /// Secrets, and what shoppers type that nobody may keep.
    static let secrets = [
        FaultAdmin.token, "ADMIN_TOKEN", Shopper.visa, Shopper.mastercard, "4242424242424241", "4000000000000002",
        "4000000000009995", "4000000000000069", "5105105105105100", "\"cvc\"", "exp_month",
    ]

    func run() async throws {
        let tables = try await tables()
        #expect(tables.isSuperset(of: ["otel_traces", "otel_logs", "otel_metrics_sum", "otel_metrics_gauge"]))
        // The search itself works: it finds what is known to be there.
        #expect(try await count(["Added to cart"], in: "otel_logs") > 0)
        #expect(try await count(["payment_gateway_call"], in: "otel_traces") > 0)
        let words = Self.answers + Self.secrets
        for table in tables.sorted() where try await count(words, in: table) > 0 {
            for word in words {
                if let row = try await example(word, in: table) {
                    Issue.record("\(table) contains '\(word)': \(row)")
                }
            }
        }
        for table in tables.sorted() {
            #expect(try await cardNumbers(in: table) == 0, "\(table) contains a card number.")
        }
    }

    private func tables() async throws -> Set<String> {
        let rows = try await suite.rows(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View'"
        )
        return Set(rows.map { $0[0] })
    }

    private func count(_ words: [String], in table: String) async throws -> Int {
        let list = words.map { "'\($0.lowercased())'" }.joined(separator: ", ")
        return try await suite.number(
            "SELECT countIf(multiSearchAnyCaseInsensitive(\(Self.text), [\(list)])) FROM \(table)"
        )
    }

    /// A row as it is: JSON would write `/` and `"` with a backslash before them, and a word with one would never be found.
    private static let text = "formatRow('TSVRaw', *)"

    private func example(_ word: String, in table: String) async throws -> String? {
        let row = try await suite.rows(
            """
            SELECT \(Self.text) AS row FROM \(table)
            WHERE match(row, '(?i)\(Self.pattern(word))') LIMIT 1
            """
        )
        return row.first?.joined(separator: "\t")
    }

    /// What of a row is the word. The digits of a longer number are not: `0.24000000000000002` is a sum of seconds.
    private static func pattern(_ word: String) -> String {
        let quoted = word.replacing(".", with: "[.]")
        guard word.allSatisfy({ ("0"..."9").contains($0) }) else { return quoted }
        return "(^|[^0-9.]|[^0-9][.])\(quoted)([^0-9]|$)"
    }

    /// Numbers of sixteen digits in a text that begin as a Visa or Mastercard number does. Identifiers may look like one,
    /// and numbers that are measured are no text.
    private func cardNumbers(in table: String) async throws -> Int {
        let identifiers = #""[A-Za-z.-]*[Ii]d":("[0-9a-f]*"|"?[[][^]]*[]]"?)"#
        let card = "[^0-9a-fA-F.:,-](4[0-9]{15}|5[1-5][0-9]{14})[^0-9a-fA-F]"
        return try await suite.number(
            """
            SELECT countIf(match(replaceRegexpAll(formatRow('JSONEachRow', *), '\(identifiers)', ''), '\(card)'))
            FROM \(table)
            """
        )
    }
}
