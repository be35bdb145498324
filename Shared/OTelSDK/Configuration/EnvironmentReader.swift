import OTLP
import Synchronization
import TextCoding

/// Reads `OTEL_*` variables by the rules of OpenTelemetry's environment variable specification: an empty variable is as
/// if it were not set, and a value that cannot be used is reported and does not count.
final class EnvironmentReader: Sendable {
    private let variables: [String: String]
    private let found = Mutex<[String]>([])

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// What could not be used, in the order of reading.
    var problems: [String] { found.withLock { $0 } }

    func string(_ name: String) -> String? {
        guard let value = variables[name]?.trimmingBlanks, !value.isEmpty else { return nil }
        return String(value)
    }

    /// The first of several variables that is set.
    func first(_ names: [String]) -> (name: String, value: String)? {
        for name in names { if let value = string(name) { return (name, value) } }
        return nil
    }

    /// `true` in any case is true; everything else is false, and reported unless it is `false`.
    func flag(_ name: String) -> Bool { flag([name]) }

    /// The first of several variables that is set.
    func flag(_ names: [String]) -> Bool {
        guard let (name, value) = first(names) else { return false }
        let text = value.lowercased()
        if text != "true", text != "false" { report(name, text, "true or false; it counts as false") }
        return text == "true"
    }

    func integer(_ names: String..., minimum: Int = 0) -> Int? {
        for name in names {
            guard let text = string(name) else { continue }
            if let number = Int(text), number >= minimum { return number }
            report(name, text, "a whole number of at least \(minimum)")
        }
        return nil
    }

    func milliseconds(_ names: String..., minimum: Int = 0) -> Duration? {
        for name in names {
            if let number = integer(name, minimum: minimum) { return .milliseconds(number) }
        }
        return nil
    }

    func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = string(name) else { return nil }
        if let number = Double(text), range.contains(number) { return number }
        report(name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// One of several words, in any case.
    func choice<Value>(_ names: [String], _ choices: [(String, Value)]) -> Value? {
        for name in names {
            guard let text = string(name) else { continue }
            if let choice = choices.first(where: { $0.0 == text.lowercased() }) { return choice.1 }
            report(name, text, "one of \(choices.map(\.0).joined(separator: ", "))")
        }
        return nil
    }

    /// Words separated by commas, in lower case, each once.
    func list(_ name: String) -> [String]? {
        guard let text = string(name) else { return nil }
        var words: [String] = []
        for part in text.split(separator: ",") {
            let word = part.trimmingBlanks.lowercased()
            if !word.isEmpty, !words.contains(word) { words.append(word) }
        }
        return words
    }

    func attributes(_ name: String) -> [Attribute] {
        pairs(name, isSecret: false).map { Attribute($0.name, .string($0.value)) }
    }

    /// `key=value,key=value` with percent-encoded values. One member that cannot be read, such as one that is not UTF-8,
    /// makes the whole list not count (OpenTelemetry specification, Resource SDK, Specifying resource information via an
    /// environment variable).
    func pairs(_ name: String, isSecret: Bool) -> [(name: String, value: String)] {
        guard let text = string(name) else { return [] }
        guard let pairs = Self.pairs(text) else {
            report(name, isSecret ? nil : text, "pairs such as key=value,key=value with percent-encoded values")
            return []
        }
        return pairs
    }

    static func pairs(_ text: String) -> [(name: String, value: String)]? {
        // What a variable had that is not UTF-8 has become U+FFFD.
        guard !text.unicodeScalars.contains("\u{FFFD}") else { return nil }
        var pairs: [(name: String, value: String)] = []
        for member in text.split(separator: ",") {
            let member = member.trimmingBlanks
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: "="),
                let key = PercentCoding.decode(member[..<equals].trimmingBlanks), !key.isEmpty,
                let value = PercentCoding.decode(member[member.index(after: equals)...].trimmingBlanks)
            else { return nil }
            pairs.append((key, value))
        }
        return pairs
    }

    func report(_ name: String, _ value: String?, _ allowed: String) {
        let shown = value.map { "'\($0)'" } ?? "(hidden)"
        found.withLock { $0.append("\(name)=\(shown) does not count: it should be \(allowed).") }
    }
}
