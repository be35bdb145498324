import ClickHouseHTTP

/// Reads whole traces.
struct SpanReader: Sendable {
    /// So many traces are read by one statement.
    private static let tracesAtOnce = 20

    let database: TelemetryDatabase

    /// Hands over traces, each with all its spans in the order of their start.
    ///
    /// When a trace was is looked up, so no time range of a client can hide a part of it.
    ///
    /// - Parameter ids: Ids as they are stored.
    func read(_ ids: [String], _ body: (String, [StoredSpan]) throws -> Void) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.tracesAtOnce) {
            let chunk = Array(ids[start..<min(start + Self.tracesAtOnce, ids.count)])
            var rows = try await database.rows(
                """
                WITH
                    (
                        SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId IN {ids:Array(String)}
                    ) AS times
                SELECT
                """ + StoredSpan.columns + """
                    FROM otel_traces
                    WHERE TraceId IN {ids:Array(String)} AND Timestamp >= times.1 AND Timestamp <= times.2
                      AND toDateTime(Timestamp) >= times.1 AND toDateTime(Timestamp) <= times.2
                    ORDER BY TraceId, Timestamp, SpanId
                    """,
                ["ids": ClickHouseParameter(chunk)]
            )
            var spans: [StoredSpan] = []
            while !rows.isAtEnd {
                let span = try StoredSpan(&rows)
                if let last = spans.last, last.traceID != span.traceID {
                    try body(last.traceID, spans)
                    spans.removeAll(keepingCapacity: true)
                }
                spans.append(span)
            }
            if let last = spans.last { try body(last.traceID, spans) }
        }
    }
}
