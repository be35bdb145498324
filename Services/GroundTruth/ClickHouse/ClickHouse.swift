import ClickHouseHTTP
import CurlHTTP
import FoundationEssentials

/// Asks a ClickHouse through its HTTP interface.
///
/// User and password travel in header fields: a URL ends up in logs.
struct ClickHouse: Sendable {
    let access: ClickHouseAccess
    /// How long a statement may take.
    var timeout: Duration = .seconds(120)
    private let http = CurlClient()

    init(_ access: ClickHouseAccess) {
        self.access = access
    }

    /// The rows of a query on the telemetry, each decoded from its columns' names.
    func rows<Row: Decodable>(_ sql: String, as type: Row.Type = Row.self) async throws -> [Row] {
        let answer = try await bytes(sql, format: "JSONEachRow")
        let decoder = JSONDecoder()
        return try answer.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(type, from: Data($0)) }
    }

    /// The only row of a query.
    func row<Row: Decodable>(_ sql: String, as type: Row.Type = Row.self) async throws -> Row {
        let rows = try await rows(sql, as: type)
        guard let row = rows.first, rows.count == 1 else {
            throw ClickHouseFailure.unexpected("a query gave \(rows.count) rows where one was expected")
        }
        return row
    }

    /// What a query on the telemetry gives, in any of ClickHouse's formats.
    func bytes(_ sql: String, format: String) async throws(ClickHouseFailure) -> [UInt8] {
        try await send(
            body: Array(sql.utf8),
            parameters: [
                ("database", access.database), ("default_format", format),
                ("output_format_json_quote_64bit_integers", "0"),
                // Labels are only as good as the time they are written in.
                ("session_timezone", "UTC"),
            ]
        )
    }

    /// Runs a statement in a database that need not exist yet when it is `nil`.
    func run(_ sql: String, database: String?) async throws(ClickHouseFailure) {
        _ = try await send(body: Array(sql.utf8), parameters: database.map { [("database", $0)] } ?? [])
    }

    /// Inserts rows, one JSON object a line.
    func insert(_ lines: [UInt8], into table: String, database: String) async throws(ClickHouseFailure) {
        guard !lines.isEmpty else { return }
        _ = try await send(
            body: lines,
            parameters: [
                ("database", database), ("query", "INSERT INTO \(table) FORMAT JSONEachRow"),
                ("date_time_input_format", "best_effort"), ("async_insert", "0"),
            ]
        )
    }

    private func send(body: [UInt8], parameters: [(String, String)]) async throws(ClickHouseFailure) -> [UInt8] {
        let query = (parameters + [("wait_end_of_query", "1")])
            .map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        var headers = [(name: "X-ClickHouse-User", value: access.user)]
        if !access.password.isEmpty { headers.append((name: "X-ClickHouse-Key", value: access.password)) }
        let request = CurlRequest(
            method: "POST",
            url: "\(access.endpoint.url)/?\(query)",
            headers: headers,
            body: body,
            timeout: timeout,
            maximumResponseBytes: 1 << 30
        )
        let response: CurlResponse
        do throws(CurlError) {
            response = try await http.execute(request)
        } catch {
            throw .unreachable(error)
        }
        guard response.status == 200, response.header("x-clickhouse-exception-code") == nil else {
            let text = String(decoding: response.body.prefix(600), as: UTF8.self)
            throw .refused(String(text.prefix { !$0.isNewline }))
        }
        return response.body
    }

    /// Percent-encodes a value for a query (RFC 3986, section 2.3).
    private static func encode(_ text: String) -> String {
        text.utf8.map { octet in
            switch octet {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: String(UnicodeScalar(octet))
            default: (octet < 16 ? "%0" : "%") + String(octet, radix: 16, uppercase: true)
            }
        }.joined()
    }
}

/// Why ClickHouse gave no answer that can be used.
enum ClickHouseFailure: Error, CustomStringConvertible {
    /// It is away, or too slow.
    case unreachable(CurlError)
    /// It said no, with the first line of its message.
    case refused(String)
    /// It answered what nobody asked for.
    case unexpected(String)

    /// One sentence about the cause and the next step, without credentials.
    var description: String {
        switch self {
        case .unreachable(let error):
            "ClickHouse did not answer: \(error) Check CH_HOST and CLICKHOUSE_HTTP_PORT, or start it with ./demo up."
        case .refused(let message): "ClickHouse refused a statement: \(message)"
        case .unexpected(let what): "ClickHouse answered in a way that makes no sense here: \(what)."
        }
    }
}
