/// A value of a configuration file, with variables already put in (OpenTelemetry specification, Configuration model).
public indirect enum ConfigurationValue: Sendable, Hashable {
    /// Nothing: a key without a value.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case int(Int)
    /// A number.
    case double(Double)
    /// Text.
    case string(String)
    /// A list.
    case list([ConfigurationValue])
    /// Named values, in order.
    case map([Entry])

    /// One named value.
    public struct Entry: Sendable, Hashable {
        /// The name.
        public let key: String
        /// The value.
        public let value: ConfigurationValue
    }

    /// The value of a name; `nil` when there is none or this is no map.
    public subscript(key: String) -> ConfigurationValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Whether it is there but empty.
    public var isNull: Bool { self == .null }

    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    var text: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let value): String(value)
        default: nil
        }
    }
}
