/// A configuration that was read (OpenTelemetry specification, Declarative configuration, in-memory model).
public struct ConfigurationModel: Sendable, Hashable {
    /// All of it.
    public let root: ConfigurationValue
    /// Where it came from, for messages.
    public let source: String
}
