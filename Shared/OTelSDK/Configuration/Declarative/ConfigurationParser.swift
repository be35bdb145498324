import Yams

/// Reads configuration files (OpenTelemetry specification, Declarative configuration, Parse).
public enum ConfigurationParser {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The file, in YAML.
    ///   - environment: What `${NAME}` in its values stands for.
    /// - Throws: ``OTelConfigurationError`` when it cannot be read, is not YAML, or refers to a variable in a way that is
    ///   not known.
    public static func parse(
        path: String,
        environment: [String: String] = OTelConfiguration.processEnvironment
    ) throws(OTelConfigurationError) -> ConfigurationModel {
        guard let bytes = SmallFile.bytes(path, limit: 4 << 20) else {
            throw OTelConfigurationError(variable: "OTEL_CONFIG_FILE", allowed: "a file that can be read", value: path)
        }
        return try parse(String(decoding: bytes, as: UTF8.self), source: path, environment: environment)
    }

    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - yaml: The text.
    ///   - source: What messages call it.
    ///   - environment: What `${NAME}` in its values stands for.
    /// - Throws: ``OTelConfigurationError``.
    public static func parse(
        _ yaml: String,
        source: String = "configuration",
        environment: [String: String] = [:]
    ) throws(OTelConfigurationError) -> ConfigurationModel {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch {
            // The parser's own words repeat lines of the file, in which secrets may stand.
            throw OTelConfigurationError(variable: source, allowed: "YAML\(Self.place(of: error))", value: nil)
        }
        guard let node, case .mapping = node else {
            throw OTelConfigurationError(variable: source, allowed: "a YAML file with a map in it", value: nil)
        }
        let model = ConfigurationModel(root: try value(of: node, source, environment), source: source)
        guard let format = model.root["file_format"]?.text, format.hasPrefix("1.") || format.hasPrefix("0.4") else {
            throw OTelConfigurationError(
                variable: "\(source): file_format",
                allowed: "'1.0'",
                value: model.root["file_format"]?.text
            )
        }
        return model
    }

    private static func place(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _)?, .parser(_, _, let mark, _)?, .composer(_, _, let mark, _)?:
            ": look at line \(mark.line), column \(mark.column)"
        default: ""
        }
    }

    private static func value(
        of node: Node,
        _ source: String,
        _ environment: [String: String]
    ) throws(OTelConfigurationError) -> ConfigurationValue {
        switch node {
        case .mapping(let mapping):
            var entries: [ConfigurationValue.Entry] = []
            for (key, value) in mapping {
                let value = try Self.value(of: value, source, environment)
                entries.append(ConfigurationValue.Entry(key: key.scalar?.string ?? "", value: value))
            }
            return .map(entries)
        case .sequence(let sequence):
            var values: [ConfigurationValue] = []
            for element in sequence { values.append(try value(of: element, source, environment)) }
            return .list(values)
        case .scalar(let scalar):
            guard let text = Substitution.apply(scalar.string, environment) else {
                throw OTelConfigurationError(
                    variable: source,
                    allowed: "references such as ${NAME} or ${NAME:-default}",
                    value: nil
                )
            }
            // Types are found after variables were put in, and only where the text is not quoted.
            return scalar.style == .any || scalar.style == .plain ? typed(text) : .string(text)
        case .alias:
            throw OTelConfigurationError(variable: source, allowed: "YAML without aliases", value: nil)
        }
    }

    private static func typed(_ text: String) -> ConfigurationValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if let number = Int(text) { return .int(number) }
        if text.utf8.first.map({ $0 < 0x3A }) ?? false, let number = Double(text) { return .double(number) }
        return .string(text)
    }
}
