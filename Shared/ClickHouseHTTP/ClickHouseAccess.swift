/// The address of a ClickHouse and the credentials for it, from the `CH_*` variables.
///
/// `CH_HOST` (127.0.0.1), `CLICKHOUSE_HTTP_PORT` (8123), `CH_SECURE`, `CH_USER` (default), `CH_PASSWORD` (none) and
/// `CH_DATABASE` (o11y), the database of the telemetry.
public struct ClickHouseAccess: Sendable {
    /// The HTTP interface.
    public let endpoint: ClickHouseEndpoint
    /// The database of the telemetry.
    public let database: String
    /// Who asks.
    public let user: String
    /// The user's password; empty for none.
    public let password: String

    /// Creates access of its parts.
    public init(endpoint: ClickHouseEndpoint, database: String, user: String = "default", password: String = "") {
        self.endpoint = endpoint
        self.database = database
        self.user = user
        self.password = password
    }

    /// Reads the variables.
    ///
    /// - Parameter variable: The text of a variable; `nil` when it is not set. An empty one counts as not set.
    /// - Throws: ``ClickHouseAccessError``, which names the variable that cannot be used; a password is never shown.
    public init(environment variable: (String) -> String?) throws(ClickHouseAccessError) {
        func text(_ name: String, default fallback: String) -> String {
            variable(name).flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
        let isSecure = try Self.flag("CH_SECURE", text("CH_SECURE", default: ""))
        let port = try Self.port("CLICKHOUSE_HTTP_PORT", text("CLICKHOUSE_HTTP_PORT", default: "8123"))
        endpoint = try Self.endpoint("CH_HOST", text("CH_HOST", default: "127.0.0.1"), isSecure, port)
        database = text("CH_DATABASE", default: "o11y")
        user = text("CH_USER", default: "default")
        password = text("CH_PASSWORD", default: "")
        for (name, value) in [("CH_USER", user), ("CH_PASSWORD", password)]
        where value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw ClickHouseAccessError(variable: name, value: nil, allowed: "text without control characters")
        }
    }

    private static func flag(_ variable: String, _ text: String) throws(ClickHouseAccessError) -> Bool? {
        switch text.lowercased() {
        case "": nil
        case "true": true
        case "false": false
        default: throw ClickHouseAccessError(variable: variable, value: text, allowed: "true or false")
        }
    }

    private static func port(_ variable: String, _ text: String) throws(ClickHouseAccessError) -> Int {
        guard let number = Int(text), (0...65_535).contains(number) else {
            throw ClickHouseAccessError(variable: variable, value: text, allowed: "a port from 0 to 65535")
        }
        return number
    }

    private static func endpoint(
        _ variable: String,
        _ text: String,
        _ isSecure: Bool?,
        _ port: Int
    ) throws(ClickHouseAccessError) -> ClickHouseEndpoint {
        guard let endpoint = ClickHouseEndpoint(text, isSecure: isSecure, port: port) else {
            // The address may contain a password, which must not end up in a log.
            throw ClickHouseAccessError(
                variable: variable,
                value: text.contains("@") ? nil : text,
                allowed: "a host name, host:port, or an http or https URL without user and path"
            )
        }
        return endpoint
    }
}

/// A variable that cannot be used, said in one line that names it, its value and what is allowed.
public struct ClickHouseAccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The environment variable's name.
    public let variable: String
    /// What it held; `nil` where that may be a secret.
    public let value: String?
    /// What it may hold.
    public let allowed: String

    /// The one line a person reads.
    public var description: String {
        "\(variable)=\(value.map { "'\($0)'" } ?? "(hidden)") cannot be used: set it to \(allowed)."
    }
}
