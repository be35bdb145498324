/// Which attributes are kept, by their keys. `*` in a pattern stands for any number of characters, `?` for one
/// (OpenTelemetry configuration schema, IncludeExclude).
struct AttributeKeySelection: Sendable {
    private let included: Keys?
    private let excluded: Keys

    /// - Parameters:
    ///   - included: The only keys to keep; all of them when `nil`.
    ///   - excluded: Keys to leave out, also of those that are included.
    init(included: Set<String>?, excluded: Set<String>) {
        self.included = included.map { Keys($0) }
        self.excluded = Keys(excluded)
    }

    /// Whether every key is kept.
    var selectsAll: Bool { included == nil && excluded.isEmpty }

    func selects(_ key: String) -> Bool {
        (included?.contains(key) ?? true) && !excluded.contains(key)
    }

    /// Keys, of which most are names and some may be patterns.
    private struct Keys: Sendable {
        private let names: Set<String>
        private let patterns: [Wildcard]

        init(_ keys: Set<String>) {
            names = keys.filter { !Wildcard.isPattern($0) }
            patterns = keys.filter { Wildcard.isPattern($0) }.map { Wildcard($0) }
        }

        var isEmpty: Bool { names.isEmpty && patterns.isEmpty }

        func contains(_ key: String) -> Bool {
            names.contains(key) || patterns.contains { $0.matches(key) }
        }
    }
}
