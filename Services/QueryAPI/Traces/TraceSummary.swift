import ClickHouseHTTP
import TextCoding

/// What a list of traces says of each, put together in ClickHouse.
struct TraceSummary: Sendable {
    /// A service's part in it.
    struct Service: Sendable {
        let name: String
        let spans: UInt64
        let errors: UInt64
    }

    let traceID: String
    /// The service and the operation of the span that has no parent, or of the first one where all have.
    let rootService: String
    let rootName: String
    /// Nanoseconds since the epoch.
    let start: Int64
    let end: Int64
    let spans: UInt64
    let errors: UInt64
    /// Spans whose parent is not there.
    let orphans: UInt64
    let services: [Service]

    private static let tracesAtOnce = 100

    /// The summaries of traces, in the order of their ids.
    static func read(_ ids: [String], from database: TelemetryDatabase) async throws -> [TraceSummary] {
        var found: [String: TraceSummary] = [:]
        for start in stride(from: 0, to: ids.count, by: tracesAtOnce) {
            let chunk = Array(ids[start..<min(start + tracesAtOnce, ids.count)])
            var rows = try await database.rows(
                """
                WITH
                    (
                        SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId IN {ids:Array(String)}
                    ) AS times,
                    StatusCode IN ('Error', 'STATUS_CODE_ERROR') AS failed
                SELECT
                    TraceId,
                    argMin(toString(ServiceName), (ParentSpanId != '', Timestamp)),
                    argMin(toString(SpanName), (ParentSpanId != '', Timestamp)),
                    min(toUnixTimestamp64Nano(Timestamp)),
                    max(toUnixTimestamp64Nano(Timestamp) + toInt64(Duration)),
                    count(),
                    countIf(failed),
                    toUInt64(
                        length(arrayFilter(
                            parent -> NOT has(groupUniqArray(SpanId), parent), groupArrayIf(ParentSpanId, ParentSpanId != '')
                        ))
                    ),
                    sumMap([toString(ServiceName)], [toUInt64(1)]) AS parts,
                    sumMap([toString(ServiceName)], [toUInt64(failed) + 1])
                FROM otel_traces
                WHERE TraceId IN {ids:Array(String)} AND Timestamp >= times.1 AND Timestamp <= times.2
                  AND toDateTime(Timestamp) >= times.1 AND toDateTime(Timestamp) <= times.2
                GROUP BY TraceId
                """,
                ["ids": ClickHouseParameter(chunk)]
            )
            while !rows.isAtEnd {
                let summary = try TraceSummary(&rows)
                found[summary.traceID] = summary
            }
        }
        return ids.compactMap { found[$0] }
    }

    private init(_ row: inout RowBinaryReader) throws {
        traceID = try row.text()
        rootService = try row.text()
        rootName = try row.text()
        start = try row.number(Int64.self)
        end = try row.number(Int64.self)
        spans = try row.number(UInt64.self)
        errors = try row.number(UInt64.self)
        orphans = try row.number(UInt64.self)
        let names = try row.array { try $0.text() }
        let counts = try row.array { try $0.number(UInt64.self) }
        _ = try row.array { try $0.text() }
        // Sums of nothing leave their key out: each span counts one more here.
        let failures = try row.array { try $0.number(UInt64.self) }
        services = zip(names, zip(counts, failures)).map {
            Service(name: $0, spans: $1.0, errors: $1.1 - $1.0)
        }
    }

    /// Appends it as `/api/v3/trace-summaries` has it.
    func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"traceId":"#.utf8)
        JSONText.append(String(repeating: "0", count: max(0, 32 - traceID.utf8.count)) + traceID, to: &bytes)
        bytes.append(contentsOf: #","rootServiceName":"#.utf8)
        JSONText.append(rootService, to: &bytes)
        bytes.append(contentsOf: #","rootOperationName":"#.utf8)
        JSONText.append(rootName, to: &bytes)
        let times = "\"minStartTimeUnixNano\":\"\(start)\",\"maxEndTimeUnixNano\":\"\(end)\""
        let counts = "\"spanCount\":\(spans),\"errorSpanCount\":\(errors),\"orphanSpanCount\":\(orphans)"
        bytes.append(contentsOf: ",\(times),\(counts),\"services\":[".utf8)
        for (index, service) in services.enumerated() {
            bytes.append(contentsOf: (index > 0 ? #",{"name":"# : #"{"name":"#).utf8)
            JSONText.append(service.name, to: &bytes)
            bytes.append(contentsOf: ",\"spanCount\":\(service.spans),\"errorSpanCount\":\(service.errors)}".utf8)
        }
        bytes.append(contentsOf: "]}".utf8)
    }
}
