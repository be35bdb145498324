public import OTLP

/// Attributes of a measurement: each key once, in order, with a hash that is computed once. What is measured often with
/// the same attributes is best given the same set again.
public struct AttributeSet: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    final class Storage: Sendable {
        let attributes: [KeyValue]
        let hash: UInt64

        init(sorted attributes: [KeyValue]) {
            self.attributes = attributes
            var hash = FastHash()
            for attribute in attributes {
                hash.combine(attribute.key)
                hash.combine(attribute.value)
            }
            self.hash = hash.finished
        }
    }

    let storage: Storage

    /// No attributes.
    public static let empty = AttributeSet()
    private static let emptyStorage = Storage(sorted: [])

    /// Creates an empty set.
    public init() {
        storage = Self.emptyStorage
    }

    /// Creates a set; of a key that comes twice the last counts, and an empty key does not.
    public init(_ attributes: [Attribute]) {
        guard !attributes.isEmpty else {
            storage = Self.emptyStorage
            return
        }
        storage = Storage(sorted: Self.sorted(attributes))
    }

    /// Creates a set from a literal; of a key that comes twice the last counts.
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        self.init(elements.map { KeyValue(key: $0, value: $1) })
    }

    /// The attributes, by key.
    public var attributes: [Attribute] { storage.attributes }

    /// The part of the set whose keys are chosen, and the rest.
    func split(_ isKept: (String) -> Bool) -> (kept: AttributeSet, rest: [KeyValue]) {
        var kept: [KeyValue] = []
        var rest: [KeyValue] = []
        for attribute in storage.attributes {
            if isKept(attribute.key) { kept.append(attribute) } else { rest.append(attribute) }
        }
        return rest.isEmpty ? (self, []) : (AttributeSet(alreadySorted: kept), rest)
    }

    private init(alreadySorted attributes: [KeyValue]) {
        storage = attributes.isEmpty ? Self.emptyStorage : Storage(sorted: attributes)
    }

    private static func sorted(_ attributes: [KeyValue]) -> [KeyValue] {
        var sorted: [KeyValue] = []
        sorted.reserveCapacity(attributes.count)
        for attribute in attributes where !attribute.key.isEmpty {
            var index = sorted.count
            while index > 0, attribute.key < sorted[index - 1].key { index -= 1 }
            if index > 0, sorted[index - 1].key == attribute.key {
                sorted[index - 1] = attribute
            } else {
                sorted.insert(attribute, at: index)
            }
        }
        return sorted
    }

    /// Whether two sets have the same attributes.
    @inline(__always)
    public static func == (left: AttributeSet, right: AttributeSet) -> Bool {
        left.storage === right.storage
            || left.storage.hash == right.storage.hash && left.storage.attributes == right.storage.attributes
    }

    /// Feeds the stored hash.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }
}
