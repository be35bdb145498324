import FoundationEssentials
import ServiceKit
import Yams

/// A configuration file such as `configs/collector.yaml`: what it says, by the environment variables that say the same.
struct ConfigurationFile: Sendable {
    /// A value of the file.
    struct Value: Sendable, Equatable {
        /// The keys that lead to it, as in `otlp.http_port`.
        let key: String
        let text: String
    }

    private static let variables: [String: [String: String]] = [
        "clickhouse": [
            "addresses": "CH_HOST", "database": "CH_DATABASE", "username": "CH_USER", "password": "CH_PASSWORD",
        ],
        "otlp": ["grpc_port": "OTLP_GRPC_PORT", "http_port": "COLLECTOR_HTTP_PORT"],
        "performance": [
            "batch_size": "COLLECTOR_BATCH_ROWS", "batch_timeout": "COLLECTOR_BATCH_INTERVAL",
            "worker_count": "COLLECTOR_WORKERS",
        ],
        "server": ["metrics_port": "COLLECTOR_METRICS_PORT", "health_port": "COLLECTOR_HEALTH_PORT"],
    ]

    /// Where the file is.
    let path: String
    /// Its values by the names of variables.
    private(set) var values: [String: Value] = [:]

    /// Reads a file.
    ///
    /// - Throws: `SettingError` when it cannot be read, or says something that the collector has no use for.
    init(path: String) throws(SettingError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw SettingError(
                variable: "COLLECTOR_CONFIG",
                value: path,
                allowed: "the path of a file that can be read"
            )
        }
        try self.init(yaml: String(decoding: data, as: UTF8.self), path: path)
    }

    /// Reads the text of a file.
    init(yaml: String, path: String) throws(SettingError) {
        self.path = path
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw SettingError(variable: "COLLECTOR_CONFIG", value: path, allowed: "a file in YAML (\(error))")
        }
        guard let root, root != Node("") else { return }
        for (section, keys) in try mapping(root, "", Array(Self.variables.keys)) {
            let names = Self.variables[section] ?? [:]
            for (key, node) in try mapping(keys, section, Array(names.keys)) {
                guard let variable = names[key] else { continue }
                values[variable] = Value(key: "\(section).\(key)", text: try text(node, "\(section).\(key)"))
            }
        }
    }

    private func mapping(_ node: Node, _ key: String, _ allowed: [String]) throws(SettingError) -> [(String, Node)] {
        let choice = allowed.sorted().joined(separator: ", ")
        guard let mapping = node.mapping else { throw bad(key, nil, "a mapping with \(choice)") }
        var pairs: [(String, Node)] = []
        for (name, value) in mapping {
            let name = name.string ?? ""
            guard allowed.contains(name) else {
                throw bad(key, name, "keys that the collector knows: \(choice)")
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private func text(_ node: Node, _ key: String) throws(SettingError) -> String {
        switch key {
        case "clickhouse.addresses":
            let addresses = node.sequence.map { $0.map { $0.string ?? "" } } ?? [node.string ?? ""]
            guard addresses.count == 1, let address = addresses.first, !address.isEmpty else {
                throw bad(
                    key,
                    addresses.joined(separator: ", "),
                    "one address; several need a load balancer before them"
                )
            }
            return address
        case "performance.batch_timeout":
            let text = node.string ?? ""
            guard let milliseconds = Self.milliseconds(text) else {
                throw bad(key, text, "a time such as 500ms, 10s or 1m")
            }
            return "\(milliseconds)"
        default:
            guard let text = node.string, !text.isEmpty else { throw bad(key, nil, "a text or a number") }
            return text
        }
    }

    private func bad(_ key: String, _ value: String?, _ allowed: String) -> SettingError {
        SettingError(variable: key.isEmpty ? path : "\(path): \(key)", value: value ?? "", allowed: allowed)
    }

    private static func milliseconds(_ text: String) -> Int? {
        let units: [(String, Double)] = [("ms", 1), ("s", 1_000), ("m", 60_000)]
        guard let unit = units.first(where: { text.hasSuffix($0.0) }), let number = Double(text.dropLast(unit.0.count)),
            (0...86_400).contains(number)
        else { return nil }
        return Int(number * unit.1)
    }
}
