import ClickHouseHTTP

extension ClickHouseClient {
    /// What a query on the telemetry gives, in one of ClickHouse's formats, with its times in UTC.
    func table(_ sql: String, as format: String) async throws(ClickHouseError) -> [UInt8] {
        try await execute(ClickHouseStatement(sql, format: format, settings: ["session_timezone": "UTC"]))
    }

    /// Inserts rows, one JSON object a line; nothing is sent where there are none.
    func insert(lines: [UInt8], into table: String, database: String) async throws(ClickHouseError) {
        guard !lines.isEmpty else { return }
        try await insert(
            ClickHouseInsert(
                into: table,
                format: "JSONEachRow",
                body: lines,
                database: database,
                settings: ["date_time_input_format": "best_effort"]
            )
        )
    }
}
