import OTLP

/// Log records: `ExportLogsServiceRequest`, and rows of `otel_logs`.
///
/// Records of a browser's session replay, which the attribute `rr-web.event` marks, have a table of their own.
enum LogRecords: ScopedTelemetry {
    typealias Message = ExportLogsServiceRequest
    typealias Item = WireLogRecord

    static let signal = Signal.logRecords

    /// The rows of both tables.
    struct Rows: ScopedRows {
        private var logs = LogRows()
        private var replays = ReplayRows()

        mutating func append(_ record: WireLogRecord, time: UInt64) {
            if record.isReplay { replays.records.append(record, time: time) } else { logs.append(record, time: time) }
        }

        mutating func end(_ scope: WireScope) {
            logs.end(scope)
            replays.records.end(scope)
        }

        var blocks: [TableBlock?] { [TableBlock(logs), TableBlock(replays)] }
    }
}
