import FoundationEssentials

extension ClickHouseClient {
    /// The rows of a query, each decoded from its columns' names.
    ///
    /// Numbers of 64 bits come as numbers, and times in UTC.
    ///
    /// - Throws: ``ClickHouseError``.
    public func rows<Row: Decodable>(
        _ statement: ClickHouseStatement,
        as type: Row.Type = Row.self
    ) async throws(ClickHouseError) -> [Row] {
        var statement = statement
        statement.format = "JSONEachRow"
        let forms = ["output_format_json_quote_64bit_integers": "0", "session_timezone": "UTC"]
        statement.settings.merge(forms) { given, _ in given }
        let answer = try await execute(statement)
        let decoder = JSONDecoder()
        var rows: [Row] = []
        for line in answer.split(separator: UInt8(ascii: "\n")) {
            do {
                rows.append(try decoder.decode(type, from: Data(line)))
            } catch {
                throw .unexpected("row \(rows.count + 1) is no \(type): \(error)")
            }
        }
        return rows
    }

    /// The rows of a query on the telemetry, each decoded from its columns' names.
    ///
    /// - Throws: ``ClickHouseError``.
    public func rows<Row: Decodable>(
        _ sql: String,
        parameters: [String: ClickHouseParameter] = [:],
        as type: Row.Type = Row.self
    ) async throws(ClickHouseError) -> [Row] {
        try await rows(ClickHouseStatement(sql, parameters: parameters), as: type)
    }

    /// The only row of a query on the telemetry.
    ///
    /// - Throws: ``ClickHouseError``; ``ClickHouseError/unexpected(_:)`` when there are none or several.
    public func row<Row: Decodable>(
        _ sql: String,
        parameters: [String: ClickHouseParameter] = [:],
        as type: Row.Type = Row.self
    ) async throws(ClickHouseError) -> Row {
        let rows = try await rows(sql, parameters: parameters, as: type)
        guard let row = rows.first, rows.count == 1 else {
            throw .unexpected("a query gave \(rows.count) rows where one was expected")
        }
        return row
    }
}
