public import OTLP

/// A number that instruments take.
public protocol MetricNumber: Sendable {
    /// Whether it is an integer.
    static var isInteger: Bool { get }
    /// The number as OTLP has it.
    var metricValue: NumberValue { get }
    /// Whether it is below zero.
    var isBelowZero: Bool { get }
}

extension Int64: MetricNumber {
    /// It is.
    public static var isInteger: Bool { true }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .int(self) }
    /// Whether it is below zero.
    @inlinable public var isBelowZero: Bool { self < 0 }
}

extension Int: MetricNumber {
    /// It is.
    public static var isInteger: Bool { true }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .int(Int64(self)) }
    /// Whether it is below zero.
    @inlinable public var isBelowZero: Bool { self < 0 }
}

extension Double: MetricNumber {
    /// It is not.
    public static var isInteger: Bool { false }
    /// The number as OTLP has it.
    @inlinable public var metricValue: NumberValue { .double(self) }
    /// Whether it is below zero.
    @inlinable public var isBelowZero: Bool { self < 0 }
}
