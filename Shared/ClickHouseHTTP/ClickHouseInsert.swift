/// Rows for a table, in one of ClickHouse's formats.
public struct ClickHouseInsert: Sendable {
    /// The table's name, which may begin with its database: `otel_traces`, `ground_truth.requests`.
    public var table: String
    /// The columns that the rows have; empty for all that the table has, in its order.
    public var columns: [String]
    /// The rows' format: `Native`, `JSONEachRow`, `RowBinary` and so on.
    public var format: String
    /// The rows.
    public var body: [UInt8]
    /// How the body is compressed, as its `Content-Encoding` says: `gzip`, `zstd`, `lz4` and so on; `nil` for plain.
    public var encoding: String?
    /// What names the block: a table with a deduplication window takes each token once, so that an insert whose answer
    /// got lost can be sent again. It holds for the materialized views on the table too.
    public var deduplicationToken: String?
    /// The database of a table that is named without one; `nil` for the one of ``ClickHouseAccess``.
    public var database: String?
    /// Settings of this insert alone, which come last and win.
    public var settings: [String: String]
    /// How long all of it may take; `nil` for the client's own.
    public var timeout: Duration?

    /// Creates an insert.
    public init(
        into table: String,
        columns: [String] = [],
        format: String,
        body: [UInt8],
        encoding: String? = nil,
        deduplicationToken: String? = nil,
        database: String? = nil,
        settings: [String: String] = [:],
        timeout: Duration? = nil
    ) {
        self.table = table
        self.columns = columns
        self.format = format
        self.body = body
        self.encoding = encoding
        self.deduplicationToken = deduplicationToken
        self.database = database
        self.settings = settings
        self.timeout = timeout
    }

    /// The statement whose rows are the request's body.
    var statement: String {
        let names = columns.map { "`\($0.replacing("\\", with: "\\\\").replacing("`", with: "\\`"))`" }
        let list = columns.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        return "INSERT INTO \(table)\(list) FORMAT \(format)"
    }
}
