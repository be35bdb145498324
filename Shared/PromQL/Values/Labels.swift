/// A label's name and value.
public struct Label: Hashable, Sendable {
    /// The name, such as `instance`.
    public let name: String
    /// The value, never empty in a ``Labels``.
    public let value: String

    /// A label of a name and a value.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What tells a series from all others: labels sorted by their names, each name once, none with an empty value.
///
/// The metric's name is the value of the label `__name__`.
public struct Labels: Hashable, Sendable {
    /// The name of the label that holds the metric's name.
    public static let metricName = "__name__"

    /// The labels, sorted by name.
    public private(set) var pairs: [Label]

    /// No labels.
    public init() {
        pairs = []
    }

    /// Labels from names and values; those with an empty value are left out.
    public init(_ values: [String: String]) {
        pairs = values.filter { !$0.value.isEmpty }.map { Label(name: $0.key, value: $0.value) }
        pairs.sort { Self.precedes($0.name, $1.name) }
    }

    /// Labels that are sorted by name already, each name once and none with an empty value.
    public init(sorted pairs: [Label]) {
        self.pairs = pairs
    }

    /// The value of a label, empty where there is none; setting an empty value removes the label.
    public subscript(_ name: String) -> String {
        get {
            pairs.first { $0.name == name }?.value ?? ""
        }
        set {
            let index = pairs.firstIndex { !Self.precedes($0.name, name) } ?? pairs.count
            let isThere = index < pairs.count && pairs[index].name == name
            switch (isThere, newValue.isEmpty) {
            case (true, true): pairs.remove(at: index)
            case (true, false): pairs[index] = Label(name: name, value: newValue)
            case (false, false): pairs.insert(Label(name: name, value: newValue), at: index)
            case (false, true): break
            }
        }
    }

    /// The metric's name, empty where there is none.
    public var metricName: String {
        // It sorts among the first: only names in capitals come before it.
        self[Self.metricName]
    }

    /// The labels without the metric's name.
    public var withoutMetricName: Labels {
        guard pairs.contains(where: { $0.name == Self.metricName }) else { return self }
        return filter { $0 != Self.metricName }
    }

    /// The labels whose names a condition holds for.
    func filter(_ isIncluded: (String) -> Bool) -> Labels {
        Labels(sorted: pairs.filter { isIncluded($0.name) })
    }

    static func precedes(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension Labels: Comparable {
    /// The order of series in results: label by label, name before value, by bytes.
    public static func < (one: Labels, other: Labels) -> Bool {
        for (left, right) in zip(one.pairs, other.pairs) {
            if left.name != right.name { return precedes(left.name, right.name) }
            if left.value != right.value { return precedes(left.value, right.value) }
        }
        return one.pairs.count < other.pairs.count
    }
}

extension Labels: CustomStringConvertible {
    /// The labels as Prometheus writes them: `up{job="api"}`, or `{job="api"}` without a metric's name.
    public var description: String {
        let name = metricName
        let isPlain = MetricNames.isMetricName(name)
        let written = pairs.filter { !isPlain || $0.name != Self.metricName }.map { label in
            let name = MetricNames.isLabelName(label.name) ? label.name : Quoting.quote(label.name)
            return "\(name)=\(Quoting.quote(label.value))"
        }
        if isPlain, written.isEmpty { return name }
        return (isPlain ? name : "") + "{\(written.joined(separator: ", "))}"
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    /// Labels from a literal; the last of two with one name counts.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements) { _, last in last })
    }
}
