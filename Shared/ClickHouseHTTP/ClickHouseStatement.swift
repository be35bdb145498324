/// A statement, with all that ClickHouse has to know to run it.
public struct ClickHouseStatement: Sendable {
    /// The SQL.
    public var sql: String
    /// The database of tables that are named without one; `nil` for the one of ``ClickHouseAccess``, empty for the
    /// server's own, where that may not exist yet.
    public var database: String?
    /// The format of the answer where the SQL names none, such as `JSONEachRow`; `nil` for the server's own,
    /// `TabSeparated`.
    public var format: String?
    /// Values for the places in the SQL that are written `{name:Type}`.
    public var parameters: [String: ClickHouseParameter]
    /// Settings of this statement alone, which come after the client's and win.
    public var settings: [String: String]
    /// The id under which the server runs it, for ``ClickHouseClient/kill(_:)`` and `system.query_log`; `nil` lets the
    /// server choose.
    public var queryID: String?
    /// How long all of it may take; `nil` for the client's own.
    public var timeout: Duration?

    /// Creates a statement.
    public init(
        _ sql: String,
        database: String? = nil,
        format: String? = nil,
        parameters: [String: ClickHouseParameter] = [:],
        settings: [String: String] = [:],
        queryID: String? = nil,
        timeout: Duration? = nil
    ) {
        self.sql = sql
        self.database = database
        self.format = format
        self.parameters = parameters
        self.settings = settings
        self.queryID = queryID
        self.timeout = timeout
    }
}

/// A value that is bound to a place in a statement.
///
/// ClickHouse reads it as a field of its `TabSeparated` format, and as a value of the type that the place names: it can
/// never become part of the SQL.
public struct ClickHouseParameter: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    /// The value as it is sent, before percent-encoding.
    let field: String

    /// A text, a date, or anything else that the place's type reads from text.
    public init(_ text: String) {
        field = Self.escaped(text, quotes: false)
    }

    private static func escaped(_ text: String, quotes: Bool = true) -> String {
        let quote = UInt8(ascii: "'")
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") || quotes && $0 == quote }) else {
            return text
        }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\t": escaped += #"\t"#
            case "\n": escaped += #"\n"#
            case "\r": escaped += #"\r"#
            case "\0": escaped += #"\0"#
            case "'" where quotes: escaped += #"\'"#
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A whole number.
    public init(_ number: some BinaryInteger) {
        field = "\(number)"
    }

    /// A decimal number.
    public init(_ number: Double) {
        field = "\(number)"
    }

    /// A text.
    public init(stringLiteral text: String) { self.init(text) }

    /// A whole number.
    public init(integerLiteral number: Int64) { self.init(number) }

    /// No value, for a place whose type is `Nullable`.
    public static var null: ClickHouseParameter { ClickHouseParameter(field: #"\N"#) }

    private init(field: String) {
        self.field = field
    }
}

extension ClickHouseParameter {
    /// Texts, for a place whose type is `Array(String)`.
    public init(_ texts: [String]) {
        // Within an array a text stands in quotation marks, and its escapes are all that there is.
        field = "[\(texts.map { "'\(Self.escaped($0))'" }.joined(separator: ","))]"
    }

    /// Whole numbers, for a place whose type is an array of them.
    public init(_ numbers: [some BinaryInteger]) {
        self.init("[\(numbers.map { "\($0)" }.joined(separator: ","))]")
    }
}
