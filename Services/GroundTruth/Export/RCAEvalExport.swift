import ClickHouseHTTP
import RunJournal

/// A labelled run in the layout of the RCAEval data sets: a folder `SERVICE_FAULT/N` an incident.
///
/// Each has `metrics.csv` and `simple_metrics.csv` (a column `SERVICE_METRIC` a series, a row a second), `logs.csv`,
/// `traces.csv`, `logts.csv`, `tracets_err.csv` and `tracets_lat.csv` (a row for 15 seconds) and `inject_time.txt`. Names of
/// faults are written with hyphens, since the part after the first underscore is the fault.
struct RCAEvalExport: Sendable {
    let clickHouse: ClickHouseClient

    /// Writes every valid incident.
    ///
    /// - Returns: The folders.
    func write(_ labels: [IncidentLabel], _ sheet: QuestionSheet, to output: String) async throws -> [String] {
        var counts: [String: Int] = [:]
        var folders: [String] = []
        for label in labels where label.valid {
            guard let root = label.root.first, let injected = label.t.injected,
                let question = sheet.questions.first(where: { $0.question == label.question })
            else { continue }
            let name = "\(root.service)_\(label.scenario.replacing("_", with: "-"))"
            counts[name, default: 0] += 1
            let folder = "\(output)/\(name)/\(counts[name, default: 1])"
            try await write(question, injected: injected, to: folder)
            folders.append(folder)
        }
        return folders
    }

    private func write(_ question: Question, injected: Moment, to folder: String) async throws {
        let series = RCAEvalSeries(clickHouse: clickHouse, question: question)
        let simple = try await series.simpleMetrics()
        var all = try await series.exportedMetrics()
        all.add(simple)
        try RunFolder.store(simple.csv(), in: folder + "/simple_metrics.csv")
        try RunFolder.store(all.csv(), in: folder + "/metrics.csv")
        let logs = try await clickHouse.table(Self.logs.filled(series.times), as: "CSVWithNames")
        try RunFolder.store(logs, in: folder + "/logs.csv")
        let traces = try await clickHouse.table(Self.traces.filled(series.times), as: "CSVWithNames")
        try RunFolder.store(traces, in: folder + "/traces.csv")
        try RunFolder.store(try await series.logCounts().csv(), in: folder + "/logts.csv")
        let (errors, latencies) = try await series.traceFigures()
        try RunFolder.store(errors.csv(), in: folder + "/tracets_err.csv")
        try RunFolder.store(latencies.csv(), in: folder + "/tracets_lat.csv")
        let second = injected.nanoseconds / 1_000_000_000
        try RunFolder.store(Array("\(second)\n".utf8), in: folder + "/inject_time.txt")
    }

    private static let logs = """
        SELECT
            toUnixTimestamp(Timestamp) AS time,
            toUnixTimestamp64Nano(Timestamp) AS timestamp,
            ServiceName AS container_name,
            if(empty(LogAttributes), Body, concat(Body, ' ', toString(LogAttributes))) AS message,
            lower(SeverityText) AS level
        FROM otel_logs
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
        ORDER BY Timestamp
        """

    /// Start and duration are in microseconds.
    private static let traces = """
        SELECT
            toUnixTimestamp(Timestamp) AS time,
            TraceId AS traceID,
            SpanId AS spanID,
            ServiceName AS serviceName,
            SpanName AS methodName,
            SpanName AS operationName,
            intDiv(toUnixTimestamp64Nano(Timestamp), 1000000) AS startTimeMillis,
            intDiv(toUnixTimestamp64Nano(Timestamp), 1000) AS startTime,
            intDiv(Duration, 1000) AS duration,
            multiIf(
                SpanAttributes['http.response.status_code'] != '', SpanAttributes['http.response.status_code'],
                StatusCode = 'Error', '2', '0'
            ) AS statusCode,
            ParentSpanId AS parentSpanID
        FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}
        ORDER BY Timestamp
        """
}
