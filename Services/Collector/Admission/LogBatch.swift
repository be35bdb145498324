import OTLP

/// The log records of a request that can be stored, by where they come from.
///
/// Records of a browser's session replay, which the attribute `rr-web.event` marks, have a table of their own.
struct LogBatch: TelemetryBatch {
    static let signal = Signal.logRecords
    private static let sizePerRow = 150

    private(set) var logs: [(source: TelemetrySource, records: [LogRecord])] = []
    private(set) var replays: [(source: TelemetrySource, records: [LogRecord])] = []
    private(set) var count = 0
    private(set) var rejections = Rejections()
    private(set) var estimatedSize = 0

    init(_ request: ExportLogsServiceRequest, _ times: StorableTimes) {
        for resource in request.resourceLogs {
            for scope in resource.scopeLogs {
                let kept = keep(scope.logRecords, times)
                guard !kept.isEmpty else { continue }
                let source = TelemetrySource(
                    resource: resource.resource,
                    resourceSchemaURL: resource.schemaURL,
                    scope: scope.scope,
                    scopeSchemaURL: scope.schemaURL
                )
                add(kept, from: source)
                count += kept.count
                estimatedSize += kept.count * (source.sizePerRow + Self.sizePerRow)
            }
        }
    }

    static func blocks(of batches: [LogBatch]) -> [TableBlock] {
        var rows = LogRows()
        var replays = ReplayRows()
        for batch in batches {
            for (source, records) in batch.logs { rows.append(records, from: source) }
            for (source, records) in batch.replays { replays.append(records, from: source) }
        }
        return [TableBlock(rows), TableBlock(replays)].compactMap(\.self)
    }

    private mutating func add(_ records: [LogRecord], from source: TelemetrySource) {
        guard records.contains(where: Self.isReplay) else { return logs.append((source, records)) }
        let others = records.filter { !Self.isReplay($0) }
        if !others.isEmpty { logs.append((source, others)) }
        replays.append((source, records.filter(Self.isReplay)))
    }

    private static func isReplay(_ record: LogRecord) -> Bool {
        record.attributes.contains { $0.key == "rr-web.event" }
    }

    private mutating func keep(_ records: [LogRecord], _ times: StorableTimes) -> [LogRecord] {
        let asTheyAre = records.allSatisfy { $0.time != 0 && times.rejection(of: $0.time) == nil }
        if asTheyAre { return records }
        return records.compactMap { record in
            var record = record
            record.time = times.known(record.time, record.observedTime)
            guard let reason = times.rejection(of: record.time) else { return record }
            rejections.add(reason)
            return nil
        }
    }
}
