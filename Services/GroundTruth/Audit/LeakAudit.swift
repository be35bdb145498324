import ClickHouseHTTP
import RunJournal

/// Looks through every text that was stored in the telemetry for words that tell the answer.
struct LeakAudit: Sendable {
    let clickHouse: ClickHouseClient
    var words = Self.standardWords
    /// The stretch of time whose rows are looked at; all rows without it, and those of tables that have no time.
    var stretch: (from: Moment, to: Moment)?

    /// The names of incidents in several spellings, the switches that make them impossible, and words of the labels.
    static let standardWords: [String] = {
        let names = IncidentDefinition.names.flatMap { name in
            let parts = name.split(separator: "_")
            let camel = parts.dropFirst().reduce(String(parts[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
            return [name, parts.joined(separator: "-"), camel]
        }
        let fixes = [
            "INVENTORY_REPORT_POOL", "INVENTORY_AUDIT=", "INVENTORY_CATALOGUE_JOURNAL", "PAYMENT_VISA_CACHE",
            "PAYMENT_RETRY_BUDGET", "PAYMENT_KEY=", "PAYMENT_IDEMPOTENCY_KEY", "CART_VERSION_CHECK", "SHOP_RELEASE",
            "INVENTORY_DEAD_LETTERS",
        ]
        let truth = [
            "ground_truth", "admin/faults", "ADMIN_TOKEN", "incident_id", "fault injection", "fault_injection", "ttl_s",
            "weakness",
            "sabotage", "chaos",
        ]
        let changes = ["patch_release", "patch-release", "harmless_release"]
        return names + changes + fixes + truth + Oracle.rules.map(\.mechanism)
    }()

    /// A word that was found.
    struct Leak: Codable, Sendable, Equatable {
        let table: String
        let column: String
        let word: String
        let rows: Int
        let example: String
    }

    /// What was looked through.
    struct Outcome: Codable, Sendable, Equatable {
        let tables: Int
        let rows: Int
        let words: Int
        let leaks: [Leak]
    }

    func run() async throws -> Outcome {
        var leaks: [Leak] = []
        var rows = 0
        let tables = try await textColumns()
        for (table, columns) in tables.sorted(by: { $0.key < $1.key }) {
            let source = "`\(table)`" + (try await condition(on: table))
            rows += try await count(source)
            leaks += try await search(table, columns, in: source)
        }
        return Outcome(tables: tables.count, rows: rows, words: words.count, leaks: leaks)
    }

    /// Every column that holds text, in tables that hold rows of their own.
    private func textColumns() async throws -> [String: [String]] {
        struct Row: Decodable {
            let table: String
            let columns: [String]
        }
        let rows: [Row] = try await clickHouse.rows(
            """
            SELECT table, groupArray(name) AS columns
            FROM system.columns
            WHERE database = currentDatabase() AND default_kind NOT IN ('ALIAS', 'EPHEMERAL')
              AND (type LIKE '%String%' OR type LIKE '%JSON%' OR type LIKE '%Enum%') AND type NOT LIKE '%AggregateFunction%'
              AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree%')
            GROUP BY table
            """
        )
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.table, $0.columns.sorted()) })
    }

    /// What keeps a query to the stretch of time.
    private func condition(on table: String) async throws -> String {
        guard let stretch else { return "" }
        struct Row: Decodable { let name: String }
        let rows: [Row] = try await clickHouse.rows(
            """
            SELECT name FROM system.columns
            WHERE database = currentDatabase() AND table = {table:String} AND name IN ('Timestamp', 'TimeUnix')
            """,
            parameters: ["table": ClickHouseParameter(table)]
        )
        guard let time = rows.first?.name else { return "" }
        return " WHERE \(time) >= \(stretch.from.sql) AND \(time) < \(stretch.to.sql)"
    }

    private func count(_ source: String) async throws -> Int {
        struct Row: Decodable { let count: Int }
        let row: Row = try await clickHouse.row("SELECT count() AS count FROM \(source)")
        return row.count
    }

    /// Which of the words stand in which columns of a table. Upper and lower case are the same.
    private func search(_ table: String, _ columns: [String], in source: String) async throws -> [Leak] {
        // Most tables have none of the words, which one pass shows; only where one stands is it asked for which.
        let list = words.map(Self.literal).joined(separator: ", ")
        let counts = columns.map { "countIf(multiSearchAnyCaseInsensitive(toString(`\($0)`), [\(list)]))" }
        struct Row: Decodable { let counts: [Int] }
        let row: Row = try await clickHouse.row("SELECT [\(counts.joined(separator: ", "))] AS counts FROM \(source)")
        var leaks: [Leak] = []
        for (column, count) in zip(columns, row.counts) where count > 0 {
            for word in words {
                guard let found = try await search(column, for: word, in: source) else { continue }
                leaks.append(
                    Leak(table: table, column: column, word: word, rows: found.rows, example: found.example)
                )
            }
        }
        return leaks
    }

    private func search(_ column: String, for word: String, in source: String) async throws
        -> (rows: Int, example: String)?
    {
        struct Row: Decodable {
            let rows: Int
            let example: String
        }
        let place = "toInt64(positionCaseInsensitive(text, \(Self.literal(word))))"
        let row: Row = try await clickHouse.row(
            """
            SELECT count() AS rows, any(substring(text, greatest(1, \(place) - 60), 160)) AS example
            FROM (SELECT toString(`\(column)`) AS text FROM \(source))
            WHERE \(place) > 0
            """
        )
        return row.rows == 0 ? nil : (row.rows, row.example)
    }

    private static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
