import FoundationEssentials
import ServiceKit
import Yams

/// The environment, and below it a configuration file such as `configs/query.yaml`, which `QUERY_CONFIG` names.
enum QuerySettings {
    /// Names that the environment may have for the same.
    private static let aliases = [
        "CH_HOST": "CLICKHOUSE_HOST", "CH_DATABASE": "CLICKHOUSE_DATABASE", "CH_USER": "CLICKHOUSE_USERNAME",
        "CH_PASSWORD": "CLICKHOUSE_PASSWORD",
    ]

    /// What a file may say, and the variable that says the same.
    private static let keys: [String: [String: String]] = [
        "clickhouse": [
            "addresses": "CH_HOST", "database": "CH_DATABASE", "username": "CH_USER", "password": "CH_PASSWORD",
        ],
        "server": ["port": "QUERY_SERVICE_PORT", "metrics_port": "QUERY_METRICS_PORT"],
        "limits": [
            "timeout_ms": "QUERY_TIMEOUT", "concurrent_queries": "QUERY_MAX_CONCURRENT",
            "samples": "QUERY_MAX_SAMPLES", "series": "QUERY_MAX_SERIES", "bytes_to_read": "QUERY_MAX_BYTES_TO_READ",
        ],
    ]

    /// The settings of this process.
    static func ofProcess() throws -> Settings {
        try layered(ProcessInfo.processInfo.environment)
    }

    /// The settings of an environment.
    ///
    /// - Throws: `SettingError` when the file cannot be read, or says something that the service has no use for.
    static func layered(_ environment: [String: String]) throws(SettingError) -> Settings {
        var merged = environment
        func isMissing(_ name: String) -> Bool { merged[name, default: ""].isEmpty }
        for (name, alias) in aliases where isMissing(name) {
            guard let text = environment[alias], !text.isEmpty else { continue }
            merged[name] = name == "CH_HOST" ? httpAddress(text) : text
        }
        if let path = environment["QUERY_CONFIG"], !path.isEmpty {
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw SettingError(
                    variable: "QUERY_CONFIG",
                    value: path,
                    allowed: "the path of a file that can be read"
                )
            }
            for (name, text) in try values(yaml: String(decoding: data, as: UTF8.self), path: path)
            where isMissing(name) {
                merged[name] = text
            }
        }
        return Settings(environment: merged)
    }

    /// Whoever names a port of the native protocol by habit means the HTTP interface, which is all that is spoken here.
    private static func httpAddress(_ text: String) -> String {
        guard !text.contains("://") else { return text }
        if text.hasSuffix(":9000") { return String(text.dropLast(5)) }
        if text.hasSuffix(":9440") { return "https://" + text.dropLast(5) }
        return text
    }

    /// What a file says, by the names of variables.
    static func values(yaml: String, path: String) throws(SettingError) -> [String: String] {
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw SettingError(variable: "QUERY_CONFIG", value: path, allowed: "a file in YAML (\(error))")
        }
        guard let root, root != Node("") else { return [:] }
        var values: [String: String] = [:]
        for (section, node) in try pairs(root, path, Array(keys.keys)) {
            let names = keys[section] ?? [:]
            for (key, value) in try pairs(node, "\(path): \(section)", Array(names.keys)) {
                guard let variable = names[key] else { continue }
                let items = value.sequence.map { $0.map { $0.string ?? "" } } ?? [value.string ?? ""]
                guard items.count == 1, !items[0].isEmpty else {
                    throw SettingError(
                        variable: "\(path): \(section).\(key)",
                        value: items.joined(separator: ", "),
                        allowed: "one value; several addresses need a load balancer before them"
                    )
                }
                values[variable] = variable == "CH_HOST" ? httpAddress(items[0]) : items[0]
            }
        }
        return values
    }

    private static func pairs(
        _ node: Node,
        _ place: String,
        _ allowed: [String]
    ) throws(SettingError) -> [(String, Node)] {
        let choice = allowed.sorted().joined(separator: ", ")
        guard let mapping = node.mapping else {
            throw SettingError(variable: place, value: nil, allowed: "a mapping with \(choice)")
        }
        var pairs: [(String, Node)] = []
        for (key, value) in mapping {
            let name = key.string ?? ""
            guard allowed.contains(name) else {
                throw SettingError(variable: place, value: name, allowed: "keys that the service knows: \(choice)")
            }
            pairs.append((name, value))
        }
        return pairs
    }
}
