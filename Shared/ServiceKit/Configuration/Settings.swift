import FoundationEssentials
public import Logging

/// Typed configuration from environment variables, each with a default that works on a laptop.
///
/// An unset variable and an empty one both mean the default, as OpenTelemetry's variables do. A value that cannot be
/// used throws ``SettingError`` rather than being replaced silently.
public struct Settings: Sendable {
    private let variables: [String: String]

    /// Reads the variables of this process.
    public init() {
        variables = ProcessInfo.processInfo.environment
    }

    /// Reads the given variables, for tests and for callers that prepared their own.
    public init(environment: [String: String]) {
        variables = environment
    }

    /// The same settings with values for variables that are unset or empty.
    public func filled(with values: [String: String]) -> Settings {
        Settings(environment: variables.merging(values) { given, value in given.isEmpty ? value : given })
    }

    /// The text of a variable, or `nil` when it is unset or empty.
    public func string(_ name: String) -> String? {
        guard let text = variables[name], !text.isEmpty else { return nil }
        return text
    }

    /// The text of a variable, or the default.
    public func string(_ name: String, default fallback: String) -> String {
        string(name) ?? fallback
    }

    /// A whole number within a range.
    public func integer(
        _ name: String,
        default fallback: Int,
        in range: ClosedRange<Int> = 0...Int.max
    ) throws(SettingError) -> Int {
        guard let text = string(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw SettingError(variable: name, value: text, allowed: "a whole number \(Self.phrase(range))")
        }
        return number
    }

    /// A decimal number within a range.
    public func number(
        _ name: String,
        default fallback: Double,
        in range: ClosedRange<Double>
    ) throws(SettingError) -> Double {
        guard let text = string(name) else { return fallback }
        guard let number = Double(text), range.contains(number) else {
            throw SettingError(
                variable: name,
                value: text,
                allowed: "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// A TCP port; 0 asks the system for a free one.
    public func port(_ name: String, default fallback: Int) throws(SettingError) -> Int {
        guard let text = string(name) else { return fallback }
        guard let number = Int(text), (0...65_535).contains(number) else {
            throw SettingError(variable: name, value: text, allowed: "a port from 0 to 65535")
        }
        return number
    }

    /// `true` or `false`, in any case; nothing else.
    public func flag(_ name: String, default fallback: Bool) throws(SettingError) -> Bool {
        guard let text = string(name) else { return fallback }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw SettingError(variable: name, value: text, allowed: "true or false")
        }
    }

    /// One of several words, in any case; the first is the default.
    public func choice(_ name: String, _ words: [String]) throws(SettingError) -> String {
        guard let text = string(name) else { return words[0] }
        guard words.contains(text.lowercased()) else {
            throw SettingError(variable: name, value: text, allowed: words.joined(separator: " or "))
        }
        return text.lowercased()
    }

    /// A duration given in whole milliseconds, the unit of OpenTelemetry's own variables.
    public func milliseconds(
        _ name: String,
        default fallback: Duration,
        in range: ClosedRange<Int> = 1...86_400_000
    ) throws(SettingError) -> Duration {
        guard let text = string(name) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw SettingError(variable: name, value: text, allowed: "milliseconds \(Self.phrase(range))")
        }
        return .milliseconds(number)
    }

    /// The origin of an HTTP service: `http://host:port`, without a path.
    public func origin(_ name: String, default fallback: String) throws(SettingError) -> Origin {
        let text = string(name, default: fallback)
        guard let origin = Origin(text) else {
            throw SettingError(variable: name, value: text, allowed: "an origin such as http://127.0.0.1:8002")
        }
        return origin
    }

    /// One of swift-log's levels, in any case, or `warn`; `info` by default.
    public func logLevel(_ name: String) throws(SettingError) -> Logger.Level {
        let others = Logger.Level.allCases.map(\.rawValue).filter { $0 != "info" }
        let word = try choice(name, ["info"] + others + ["warn"])
        return word == "warn" ? .warning : Logger.Level(rawValue: word) ?? .info
    }

    private static func phrase(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}
