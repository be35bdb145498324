import ClickHouseHTTP
import CurlHTTP

/// Inserts blocks through ClickHouse's HTTP interface.
///
/// User and password travel in header fields: a URL ends up in logs.
struct ClickHouseClient: Sendable {
    let endpoint: ClickHouseEndpoint
    let database: String
    let user: String
    let password: String
    /// How long an insert may take.
    let timeout: Duration
    private let http = CurlClient()
    /// Tells this process's batches from those of any other.
    private let instance = String(UInt64.random(in: .min ... .max), radix: 16)

    init(endpoint: ClickHouseEndpoint, database: String, user: String, password: String, timeout: Duration) {
        self.endpoint = endpoint
        self.database = database
        self.user = user
        self.password = password
        self.timeout = timeout
    }

    /// Inserts a block in Native format. When it returns, ClickHouse has stored the rows.
    func insert(
        _ block: [UInt8],
        into table: Table,
        _ columns: [String],
        number: Int
    ) async throws(ClickHouseError) {
        let names = columns.map { "`\($0)`" }.joined(separator: ", ")
        let parameters = [
            ("query", "INSERT INTO \(table.rawValue) (\(names)) FORMAT Native"),
            ("database", database),
            // The rows are on disk when the answer comes, and an answer that got lost does no harm.
            ("async_insert", "0"),
            ("wait_end_of_query", "1"),
            ("insert_deduplicate", "1"),
            ("insert_deduplication_token", "\(instance)-\(table.rawValue)-\(number)"),
            ("deduplicate_blocks_in_dependent_materialized_views", "1"),
            // Old timestamps may spread over many days; refusing them would block all the others.
            ("max_partitions_per_insert_block", "0"),
        ]
        let query = parameters.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        let request = CurlRequest(
            method: "POST",
            url: "\(endpoint.url)/?\(query)",
            headers: credentials + [("Content-Type", "application/octet-stream")],
            body: block,
            timeout: timeout
        )
        let response: CurlResponse
        do throws(CurlError) {
            response = try await http.execute(request)
        } catch {
            throw .unreachable(error)
        }
        let code = response.header("x-clickhouse-exception-code").flatMap { Int($0) }
        guard response.status == 200, code == nil else { throw Self.refusal(response, code) }
    }

    private var credentials: [(name: String, value: String)] {
        var fields = [(name: "X-ClickHouse-User", value: user)]
        if !password.isEmpty { fields.append((name: "X-ClickHouse-Key", value: password)) }
        return fields
    }

    private static func refusal(_ response: CurlResponse, _ code: Int?) -> ClickHouseError {
        let text = String(decoding: response.body.prefix(400), as: UTF8.self)
        let line = text.prefix { !$0.isNewline }
        // "Code: 60. DB::Exception: ..."
        let named = line.hasPrefix("Code: ") ? Int(line.dropFirst(6).prefix { $0.isNumber }) : nil
        return .refused(status: response.status, code: code ?? named ?? 0, message: String(line))
    }

    /// Percent-encodes a value for a query (RFC 3986, section 2.3).
    private static func encode(_ text: String) -> String {
        var output = ""
        for octet in text.utf8 {
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                output.unicodeScalars.append(Unicode.Scalar(octet))
            default:
                output += (octet < 16 ? "%0" : "%") + String(octet, radix: 16, uppercase: true)
            }
        }
        return output
    }
}
