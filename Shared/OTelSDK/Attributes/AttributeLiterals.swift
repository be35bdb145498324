public import OTLP

/// A value that an attribute or a log body may have.
public typealias AttributeValue = OTLP.AnyValue
/// A named value.
public typealias Attribute = OTLP.KeyValue

extension AnyValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }
    /// A double.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// True or false.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list; OpenTelemetry wants the elements of an attribute's list to be of one type.
    public init(arrayLiteral elements: AnyValue...) { self = .array(elements) }
}

extension KeyValue {
    /// Creates a named value.
    @inlinable
    public init(_ key: String, _ value: AnyValue) {
        self.init(key: key, value: value)
    }
}

extension AnyValue {
    /// The value with its text cut to so many characters (OpenTelemetry specification, Attribute Limits): text, text
    /// within lists and maps, and the bytes of byte strings.
    func truncated(to limit: Int) -> AnyValue {
        switch self {
        case .string(let text): .string(text.truncated(to: limit))
        case .array(let values): .array(values.map { $0.truncated(to: limit) })
        case .keyValues(let values):
            .keyValues(values.map { KeyValue(key: $0.key, value: $0.value.truncated(to: limit)) })
        case .bytes(let bytes) where bytes.count > limit: .bytes(Array(bytes.prefix(limit)))
        default: self
        }
    }
}

extension String {
    /// At most so many characters of the text, as Unicode scalars.
    func truncated(to limit: Int) -> String {
        guard utf8.count > limit, unicodeScalars.count > limit else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(limit)))
    }

    /// Whether two attribute keys are the same, byte by byte; lengths are compared first since they usually differ.
    @inline(__always)
    func isSameKey(as other: String) -> Bool {
        utf8.count == other.utf8.count && self == other
    }
}
