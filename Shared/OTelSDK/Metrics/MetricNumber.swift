public import OTLP

/// A number that instruments take.
public protocol MetricNumber: Sendable {
    /// Whether it is an integer.
    static var isInteger: Bool { get }
    /// The number as OTLP has it.
    var metricValue: NumberValue { get }
}

extension NumberValue {
    /// Whether it is below zero.
    var isNegative: Bool {
        switch self {
        case .int(let number): number < 0
        case .double(let number): number < 0
        }
    }
}

extension Int64: MetricNumber {
    /// `true`.
    public static var isInteger: Bool { true }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .int(self) }
}

extension Int: MetricNumber {
    /// `true`.
    public static var isInteger: Bool { true }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .int(Int64(self)) }
}

extension Double: MetricNumber {
    /// `false`.
    public static var isInteger: Bool { false }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .double(self) }
}
