public import Tracing

/// Hands context to a process by its environment variables: the field `traceparent` becomes `TRACEPARENT`
/// (OpenTelemetry specification, Environment Variables as Context Propagation Carriers).
public struct EnvironmentInjector: Injector {
    /// Creates the injector.
    public init() {}

    /// Sets the variable of a field.
    public func inject(_ value: String, forKey key: String, into environment: inout [String: String]) {
        environment[EnvironmentExtractor.variable(key)] = value
    }
}

/// Takes context from the environment variables that the process was started with.
public struct EnvironmentExtractor: Extractor {
    /// Creates the extractor.
    public init() {}

    /// The variable of a field.
    public func extract(key: String, from environment: [String: String]) -> String? {
        environment[Self.variable(key)]
    }

    /// Upper-case letters, digits and underscores, not beginning with a digit.
    static func variable(_ key: String) -> String {
        var name = String(
            key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        )
        if name.first?.isNumber ?? false { name = "_\(name)" }
        return name
    }
}
