import FoundationEssentials
import Yams

/// What a service's configuration file may say.
public struct ConfigurationKeys: Sendable {
    /// The variable that names the file, such as `COLLECTOR_CONFIG`.
    public let file: String
    /// The service, as its errors call it.
    public let service: String
    /// The variables that say the same, by section and key.
    public let variables: [String: [String: String]]
    /// The variables, in milliseconds, whose keys are times with a unit, such as `10s`.
    public let times: Set<String>

    /// Describes a file.
    public init(
        file: String,
        service: String,
        variables: [String: [String: String]],
        times: Set<String> = []
    ) {
        self.file = file
        self.service = service
        self.variables = variables
        self.times = times
    }
}

/// A configuration file such as `configs/collector.yaml`: what it says, by the environment variables that say the same.
public struct ConfigurationFile: Sendable {
    /// A value of the file.
    public struct Value: Sendable, Equatable {
        /// The keys that lead to it, as in `otlp.http_port`.
        public let key: String
        /// The value, as the variable would have it.
        public let text: String
    }

    /// Where the file is.
    public let path: String
    /// Its values by the names of variables.
    public private(set) var values: [String: Value] = [:]
    private let keys: ConfigurationKeys

    /// Reads a file.
    ///
    /// - Throws: ``SettingError`` when it cannot be read, or says something that the service has no use for.
    public init(path: String, keys: ConfigurationKeys) throws(SettingError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw SettingError(variable: keys.file, value: path, allowed: "the path of a file that can be read")
        }
        try self.init(yaml: String(decoding: data, as: UTF8.self), path: path, keys: keys)
    }

    /// Reads the text of a file.
    ///
    /// - Throws: ``SettingError`` when it says something that the service has no use for.
    public init(yaml: String, path: String, keys: ConfigurationKeys) throws(SettingError) {
        self.path = path
        self.keys = keys
        let root: Node?
        do { root = try Yams.compose(yaml: yaml) } catch {
            throw SettingError(variable: keys.file, value: path, allowed: "a file in YAML (\(error))")
        }
        guard let root, root != Node("") else { return }
        for (section, node) in try mapping(root, "", Array(keys.variables.keys)) {
            let names = keys.variables[section] ?? [:]
            for (key, value) in try mapping(node, section, Array(names.keys)) {
                guard let variable = names[key] else { continue }
                let place = "\(section).\(key)"
                values[variable] = Value(key: place, text: try text(value, place, for: variable))
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
                throw bad(key, name, "keys that \(keys.service) knows: \(choice)")
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private func text(_ node: Node, _ key: String, for variable: String) throws(SettingError) -> String {
        // A list of one is as good as the one, as with addresses.
        let items = node.sequence.map { $0.map { $0.string ?? "" } } ?? [node.string ?? ""]
        guard items.count == 1, !items[0].isEmpty else {
            throw bad(
                key,
                items.joined(separator: ", "),
                "one value; several addresses need a load balancer before them"
            )
        }
        guard keys.times.contains(variable) else { return items[0] }
        guard let milliseconds = Self.milliseconds(items[0]) else {
            throw bad(key, items[0], "a time such as 500ms, 10s or 1m")
        }
        return "\(milliseconds)"
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
