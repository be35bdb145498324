import ClickHouseHTTP
import FoundationEssentials
import RunJournal

/// The database of runs, requests and labels, apart from the telemetry.
///
/// Its tables are `clickhouse/ground_truth/*.sql`. Loading a run again replaces its rows.
struct GroundTruthDatabase: Sendable {
    let clickHouse: ClickHouseClient
    var name = "ground_truth"

    /// How many rows are sent at a time.
    private static let batch = 20_000

    /// Makes the database and its tables, or brings them up to date.
    func prepare(tables folder: String) async throws {
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder).filter({ $0.hasSuffix(".sql") }),
            !files.isEmpty
        else { throw MissingTables(folder: folder) }
        try await clickHouse.execute(ClickHouseStatement("CREATE DATABASE IF NOT EXISTS \(name)", database: ""))
        for file in files.sorted() {
            for statement in Self.statements(try RunFolder.text(folder + "/" + file)) {
                try await clickHouse.execute(ClickHouseStatement(statement, database: name))
            }
        }
    }

    /// Loads a run: what the load generator wrote down and the labels.
    ///
    /// - Returns: How many requests were loaded.
    @discardableResult
    func load(_ folder: RunFolder, labels: [IncidentLabel]) async throws -> Int {
        let run = try folder.run()
        try await remove(run.runID)
        try await insert([RunRow(run, document: try folder.text("run.json"))], into: "runs")
        let rows = try labels.map { try LabelRow($0) }
        try await insert(rows, into: "incidents")
        return try await loadRequests(folder, of: run)
    }

    private func loadRequests(_ folder: RunFolder, of run: RunRecord) async throws -> Int {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        var requests = try folder.requests()
        var batch: [UInt8] = []
        var count = 0
        while let request = try requests.next() {
            batch += try encoder.encode(RequestRow(request, run: run.runID))
            batch.append(UInt8(ascii: "\n"))
            count += 1
            guard count % Self.batch == 0 else { continue }
            try await clickHouse.insert(lines: batch, into: "requests", database: name)
            batch.removeAll(keepingCapacity: true)
        }
        try await clickHouse.insert(lines: batch, into: "requests", database: name)
        return count
    }

    /// Takes out what an earlier load of the same run left.
    private func remove(_ runID: String) async throws {
        for table in ["runs", "requests", "incidents"] {
            try await clickHouse.execute(
                ClickHouseStatement(
                    "DELETE FROM \(table) WHERE RunId = {run:String}",
                    database: name,
                    parameters: ["run": ClickHouseParameter(runID)]
                )
            )
        }
    }

    private func insert(_ rows: [some Encodable], into table: String) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let lines = try rows.flatMap { try encoder.encode($0) + [UInt8(ascii: "\n")] }
        try await clickHouse.insert(lines: lines, into: table, database: name)
    }

    /// The statements of a file, which are parted by `;` at the end of a line.
    static func statements(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("--") }
        return lines.joined(separator: "\n").split(separator: ";\n").map { statement in
            var statement = statement[...]
            while let last = statement.last, last.isWhitespace || last == ";" { statement.removeLast() }
            return String(statement.drop(while: \.isWhitespace))
        }.filter { !$0.isEmpty }
    }
}

/// The folder that should have the tables' SQL has none.
struct MissingTables: Error, Equatable, CustomStringConvertible {
    let folder: String

    var description: String {
        "\(folder) has no SQL: give --tables the checkout's clickhouse/ground_truth, or --no-load."
    }
}
