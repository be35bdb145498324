/// A service's variables with what may stand for them: another name in the environment, and below the environment a
/// configuration file.
public struct LayeredSettings: Sendable {
    /// Names that other products have for the same.
    private static let aliases = [
        "CH_HOST": "CLICKHOUSE_HOST", "CH_DATABASE": "CLICKHOUSE_DATABASE", "CH_USER": "CLICKHOUSE_USERNAME",
        "CH_PASSWORD": "CLICKHOUSE_PASSWORD",
    ]

    /// All values, under the service's own names.
    public let settings: Settings
    /// What was understood in another sense than written, one sentence each.
    public private(set) var notes: [String] = []
    /// Where values come from that the environment does not have under their own names.
    private var origins: [String: String] = [:]

    /// Puts the environment above the file that it names, if it names one.
    ///
    /// - Throws: ``SettingError`` when the file cannot be read, or says something that the service has no use for.
    public init(environment: [String: String], keys: ConfigurationKeys) throws(SettingError) {
        let path = environment[keys.file, default: ""]
        self.init(environment: environment, file: path.isEmpty ? nil : try ConfigurationFile(path: path, keys: keys))
    }

    /// Puts the environment above a file.
    ///
    /// - Parameter file: What holds where the environment says nothing.
    public init(environment: [String: String], file: ConfigurationFile?) {
        var merged = environment
        func isMissing(_ name: String) -> Bool { merged[name, default: ""].isEmpty }
        for (name, alias) in Self.aliases where isMissing(name) {
            guard let text = environment[alias], !text.isEmpty else { continue }
            merged[name] = text
            origins[name] = alias
        }
        for (name, value) in file?.values ?? [:] where isMissing(name) {
            merged[name] = value.text
            origins[name] = "\(file?.path ?? ""): \(value.key)"
        }
        // Whoever writes CH_HOST means the HTTP interface; these other places name the native port by habit.
        if let origin = origins["CH_HOST"], let text = merged["CH_HOST"], let http = Self.httpAddress(text) {
            merged["CH_HOST"] = http
            notes.append("\(origin)=\(text) is the port of ClickHouse's native protocol: its HTTP interface is used.")
        }
        settings = Settings(environment: merged)
    }

    /// The address of the HTTP interface on its default port, where a text names a port of the native protocol.
    private static func httpAddress(_ text: String) -> String? {
        guard !text.contains("://") else { return nil }
        if text.hasSuffix(":9000") { return String(text.dropLast(5)) }
        if text.hasSuffix(":9440") { return "https://" + text.dropLast(5) }
        return nil
    }

    /// An error under the name that its value really has.
    public func named(_ error: SettingError) -> SettingError {
        guard let origin = origins[error.variable] else { return error }
        return SettingError(variable: origin, value: error.value, allowed: error.allowed)
    }
}
