import ServiceKit

/// Where a ClickHouse is and who asks it, from the variables that everything of the suite reads.
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
    /// - Throws: `SettingError`, which names the variable that cannot be used; a password is never shown.
    public init(_ settings: Settings) throws(SettingError) {
        endpoint = try Self.endpoint(settings)
        database = settings.string("CH_DATABASE", default: "o11y")
        user = settings.string("CH_USER", default: "default")
        password = settings.string("CH_PASSWORD", default: "")
        for (variable, value) in [("CH_USER", user), ("CH_PASSWORD", password)]
        where value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw SettingError(variable: variable, value: nil, allowed: "text without control characters")
        }
    }

    private static func endpoint(_ settings: Settings) throws(SettingError) -> ClickHouseEndpoint {
        let text = settings.string("CH_HOST", default: "127.0.0.1")
        let isSecure = settings.string("CH_SECURE") == nil ? nil : try settings.flag("CH_SECURE", default: false)
        let port = try settings.port("CLICKHOUSE_HTTP_PORT", default: 8_123)
        guard let endpoint = ClickHouseEndpoint(text, isSecure: isSecure, port: port) else {
            // A user who puts a password into the address does not find it in a log.
            let shown = text.contains("@") ? nil : text
            throw SettingError(
                variable: "CH_HOST",
                value: shown,
                allowed: "a host name, host:port, or an http or https URL without user and path"
            )
        }
        return endpoint
    }
}
