/// A configuration value that cannot be used, said in one line that names the variable, its value and what is allowed.
public struct SettingError: Error, CustomStringConvertible, Equatable {
    /// The environment variable's name.
    public let variable: String
    /// What it held; `nil` where the value is a secret.
    public let value: String?
    /// What it may hold.
    public let allowed: String

    /// Creates an error about a variable; leave out the value of a secret.
    public init(variable: String, value: String?, allowed: String) {
        self.variable = variable
        self.value = value
        self.allowed = allowed
    }

    /// The one line a person reads.
    public var description: String {
        let shown = value.map { "'\($0)'" } ?? "(hidden)"
        return "\(variable)=\(shown) cannot be used: set it to \(allowed)."
    }
}
