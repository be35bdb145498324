/// An `OTEL_*` variable that cannot be used, with a message of one line.
public struct OTelConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The variable.
    public let variable: String
    /// What it may hold.
    public let allowed: String
    /// What it holds; `nil` where it may be a secret.
    public let value: String?

    /// The one line that a person reads.
    public var description: String {
        "\(variable)=\(value.map { "'\($0)'" } ?? "(hidden)") cannot be used: set it to \(allowed)."
    }
}
