import OTLP

/// Reads `OTEL_*` variables by the rules of OpenTelemetry's environment variable specification: an empty variable is as
/// if it were not set.
struct EnvironmentReader {
    let variables: [String: String]

    func string(_ name: String) -> String? {
        guard let value = variables[name]?.trimmingBlanks, !value.isEmpty else { return nil }
        return String(value)
    }

    /// `true` in any case is true; everything else is false.
    func flag(_ name: String) -> Bool {
        string(name)?.lowercased() == "true"
    }

    func integer(
        _ name: String,
        default fallback: Int,
        minimum: Int = 0
    ) throws(OTelConfigurationError) -> Int {
        guard let text = string(name) else { return fallback }
        guard let number = Int(text), number >= minimum else {
            throw OTelConfigurationError(
                variable: name,
                allowed: "a whole number of at least \(minimum)",
                value: text
            )
        }
        return number
    }

    func milliseconds(_ name: String, default fallback: Int) throws(OTelConfigurationError) -> Duration {
        .milliseconds(try integer(name, default: fallback))
    }

    func choice<Value>(
        _ name: String,
        default fallback: Value,
        _ choices: [(String, Value)]
    ) throws(OTelConfigurationError) -> Value {
        guard let text = string(name) else { return fallback }
        guard let choice = choices.first(where: { $0.0 == text.lowercased() }) else {
            throw OTelConfigurationError(
                variable: name,
                allowed: choices.map(\.0).joined(separator: ", "),
                value: text
            )
        }
        return choice.1
    }

    /// `key=value,key=value`, with percent-encoded values.
    func pairs(_ name: String, isSecret: Bool) throws(OTelConfigurationError) -> [(name: String, value: String)] {
        guard let text = string(name) else { return [] }
        var pairs: [(name: String, value: String)] = []
        for member in text.split(separator: ",") {
            let member = member.trimmingBlanks
            guard !member.isEmpty else { continue }
            guard let equals = member.firstIndex(of: "="),
                case let key = member[..<equals].trimmingBlanks, !key.isEmpty,
                let value = PercentEncoding.decode(member[member.index(after: equals)...].trimmingBlanks)
            else {
                throw OTelConfigurationError(
                    variable: name,
                    allowed: "pairs such as key=value,key=value with percent-encoded values",
                    value: isSecret ? nil : text
                )
            }
            pairs.append((String(key), value))
        }
        return pairs
    }
}
