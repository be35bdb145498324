/// A value of any type that telemetry can carry (`opentelemetry.proto.common.v1.AnyValue`).
public enum AnyValue: Sendable, Hashable {
    /// No value at all.
    case empty
    /// Text.
    case string(String)
    /// True or false.
    case bool(Bool)
    /// A signed 64-bit integer.
    case int(Int64)
    /// A double.
    case double(Double)
    /// A list of values, of any types.
    case array([AnyValue])
    /// Named values, in order.
    case keyValues([KeyValue])
    /// Bytes.
    case bytes([UInt8])
}

/// A named value (`opentelemetry.proto.common.v1.KeyValue`).
public struct KeyValue: Sendable, Hashable {
    /// The name.
    public var key = ""
    /// The value.
    public var value = AnyValue.empty

    /// Creates an unnamed nothing.
    public init() {}

    /// Creates a named value.
    public init(key: String = "", value: AnyValue = .empty) {
        self.key = key
        self.value = value
    }
}
