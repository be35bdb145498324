/// What kind of instrument makes measurements (OpenTelemetry specification, Metrics API).
public enum InstrumentKind: String, Sendable, Hashable, CaseIterable {
    /// Adds amounts that are not negative.
    case counter
    /// Adds amounts of either sign.
    case upDownCounter
    /// Records values whose distribution matters.
    case histogram
    /// Records values of which the last counts.
    case gauge
    /// Reads a sum that only grows.
    case observableCounter
    /// Reads a sum.
    case observableUpDownCounter
    /// Reads a value of which the last counts.
    case observableGauge

    /// Whether callbacks give its values.
    public var isObservable: Bool {
        switch self {
        case .observableCounter, .observableUpDownCounter, .observableGauge: true
        default: false
        }
    }

    var isMonotonic: Bool { self == .counter || self == .observableCounter || self == .histogram }
}

/// What an instrument is.
public struct InstrumentDescriptor: Sendable, Hashable {
    /// Its name; ASCII, starting with a letter, at most 255 characters.
    public var name: String
    /// Its kind.
    public var kind: InstrumentKind
    /// Its unit, as UCUM writes it; at most 63 ASCII characters.
    public var unit: String
    /// What it measures, for people.
    public var description: String
    /// Advice for the bucket boundaries of a histogram; views win over it.
    public var explicitBucketBoundaries: [Double]?
    /// Advice for the attribute keys to keep; views win over it.
    public var attributeKeys: Set<String>?
    /// Whether its values are integers.
    public var isInteger: Bool

    /// Creates a descriptor.
    public init(
        name: String,
        kind: InstrumentKind,
        unit: String = "",
        description: String = "",
        explicitBucketBoundaries: [Double]? = nil,
        attributeKeys: Set<String>? = nil,
        isInteger: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.description = description
        self.explicitBucketBoundaries = explicitBucketBoundaries
        self.attributeKeys = attributeKeys
        self.isInteger = isInteger
    }

    /// What is wrong with it by the specification's syntax. The instrument works nevertheless.
    var complaint: String? {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let isName = name.utf8.enumerated().allSatisfy { index, octet in
            letters.contains(octet | 0x20) && octet >= 0x41
                || index > 0
                    && ((0x30...0x39).contains(octet) || [0x5F, 0x2E, 0x2D, 0x2F].contains(octet))
        }
        if name.isEmpty || name.utf8.count > 255 || !isName {
            return "The instrument name '\(name.truncated(to: 80))' is not of OpenTelemetry's form."
        }
        if unit.utf8.count > 63 || unit.utf8.contains(where: { $0 >= 0x80 }) {
            return "The unit of the instrument '\(name)' is not ASCII of at most 63 characters."
        }
        return nil
    }
}
