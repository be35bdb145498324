import ClickHouseHTTP
import RunJournal

/// A labelled run as Parquet files: the telemetry apart from the truth, so that one can be handed out without the other.
struct ParquetExport: Sendable {
    let clickHouse: ClickHouseClient
    let groundTruth: String

    /// Tables of the telemetry, with their column of time.
    private static let tables = [
        ("otel_traces", "Timestamp"), ("otel_logs", "Timestamp"), ("hyperdx_sessions", "Timestamp"),
        ("otel_metrics_gauge", "TimeUnix"), ("otel_metrics_sum", "TimeUnix"), ("otel_metrics_histogram", "TimeUnix"),
        ("otel_metrics_exp_histogram", "TimeUnix"), ("otel_metrics_summary", "TimeUnix"),
    ]

    /// Writes `telemetry/TABLE.parquet`, `telemetry/questions.json`, `ground_truth/{runs,requests,incidents}.parquet` and
    /// `ground_truth/labels/*.json`.
    ///
    /// - Returns: The files, in the order in which they were written.
    func write(_ folder: RunFolder, _ run: RunRecord, until end: Moment, to output: String) async throws -> [String] {
        var files: [String] = []
        let times = ["from": run.startedAt.advanced(bySeconds: -1), "to": end.advanced(bySeconds: 60)]
        for (table, time) in Self.tables {
            let query = """
                SELECT * FROM \(table) WHERE \(time) >= {from:DateTime64(9)} AND \(time) < {to:DateTime64(9)} ORDER BY \(time)
                """.filled(times)
            files.append(try await file(query, "\(output)/telemetry/\(table).parquet"))
        }
        let id = "'" + run.runID.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        for table in ["runs", "requests", "incidents"] {
            let query = "SELECT * FROM \(groundTruth).\(table) FINAL WHERE RunId = \(id)"
            files.append(try await file(query, "\(output)/ground_truth/\(table).parquet"))
        }
        let sheet: QuestionSheet = try RunFolder.read(QuestionSheet.self, folder.questions)
        files.append("\(output)/telemetry/questions.json")
        try RunFolder.write(sheet, to: files[files.count - 1])
        for path in try RunFolder.documents(in: folder.labels) {
            let label = try RunFolder.read(IncidentLabel.self, path)
            files.append("\(output)/ground_truth/labels/\(label.question).json")
            try RunFolder.write(label, to: files[files.count - 1])
        }
        return files
    }

    private func file(_ query: String, _ path: String) async throws -> String {
        try RunFolder.store(try await clickHouse.table(query, as: "Parquet"), in: path)
        return path
    }
}
