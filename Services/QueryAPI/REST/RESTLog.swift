import TextCoding

/// A log record as this API has it.
struct RESTLog {
    /// The statement up to its further conditions.
    static let selection: SQL = """
        SELECT toUnixTimestamp64Nano(Timestamp), ServiceName, SeverityText, SeverityNumber, Body, TraceId, SpanId,
            LogAttributes, ResourceAttributes
        FROM otel_logs
        WHERE Timestamp >= fromUnixTimestamp64Milli({from:Int64})
          AND Timestamp < fromUnixTimestamp64Milli({through:Int64} + 1)
        """

    /// The numbers that OpenTelemetry gives to each severity.
    static let severities: [String: ClosedRange<Int>] = [
        "TRACE": 1...4, "DEBUG": 5...8, "INFO": 9...12, "WARN": 13...16, "WARNING": 13...16, "ERROR": 17...20,
        "FATAL": 21...24,
    ]

    /// The record as JSON.
    let text: [UInt8]

    /// Reads the next row.
    init(_ row: inout RowBinaryReader) throws {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        let time = try row.number(Int64.self)
        RESTAnswer.append("timestamp", RFC3339.text(time / 1_000_000), to: &bytes)
        RESTAnswer.append("time_unix_nano", "\(time)", to: &bytes)
        RESTAnswer.append("service_name", try row.text(), to: &bytes)
        RESTAnswer.append("severity", try row.text(), to: &bytes)
        RESTAnswer.append("severity_number", UInt64(try row.number(UInt8.self)), to: &bytes)
        RESTAnswer.append("body", try row.text(), to: &bytes)
        RESTAnswer.append("trace_id", try row.text(), to: &bytes)
        RESTAnswer.append("span_id", try row.text(), to: &bytes)
        RESTAnswer.append("attributes", try row.map(), to: &bytes)
        RESTAnswer.append("resource", try row.map(), "}", to: &bytes)
        text = bytes
    }
}
