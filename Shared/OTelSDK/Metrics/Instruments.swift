public import OTLP
public import Tracing

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

/// Adds up amounts that are not negative (OpenTelemetry specification, Metrics API, Counter).
public struct OTelCounter<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether adding is worth the work of computing what to add.
    public var isEnabled: Bool { core.isEnabled }

    /// Adds an amount. A negative one is not taken, since the sum only grows.
    ///
    /// - Parameter context: Where it was measured, for exemplars; the current task's context by default.
    public func add(
        _ amount: Value,
        _ attributes: AttributeSet = .empty,
        context: InstrumentationContext? = nil
    ) {
        guard !amount.isBelowZero else {
            Diagnostics.report(.warning, "The counter \(core.descriptor.name) does not take negative amounts.")
            return
        }
        core.record(amount.metricValue, attributes, context)
    }
}

/// Adds up amounts of either sign (OpenTelemetry specification, Metrics API, UpDownCounter).
public struct OTelUpDownCounter<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether adding is worth the work of computing what to add.
    public var isEnabled: Bool { core.isEnabled }

    /// Adds an amount.
    ///
    /// - Parameter context: Where it was measured, for exemplars; the current task's context by default.
    public func add(
        _ amount: Value,
        _ attributes: AttributeSet = .empty,
        context: InstrumentationContext? = nil
    ) {
        core.record(amount.metricValue, attributes, context)
    }
}

/// Records values whose distribution matters (OpenTelemetry specification, Metrics API, Histogram).
public struct OTelHistogram<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether recording is worth the work of computing what to record.
    public var isEnabled: Bool { core.isEnabled }

    /// Records a value that is not negative.
    ///
    /// - Parameter context: Where it was measured, for exemplars; the current task's context by default.
    public func record(
        _ value: Value,
        _ attributes: AttributeSet = .empty,
        context: InstrumentationContext? = nil
    ) {
        core.record(value.metricValue, attributes, context)
    }
}

/// Records values of which the last counts (OpenTelemetry specification, Metrics API, Gauge).
public struct OTelGauge<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether recording is worth the work of computing what to record.
    public var isEnabled: Bool { core.isEnabled }

    /// Records a value.
    ///
    /// - Parameter context: Where it was measured, for exemplars; the current task's context by default.
    public func record(
        _ value: Value,
        _ attributes: AttributeSet = .empty,
        context: InstrumentationContext? = nil
    ) {
        core.record(value.metricValue, attributes, context)
    }
}

/// An instrument whose values callbacks give when a reader collects (OpenTelemetry specification, Metrics API,
/// Asynchronous instruments).
public struct OTelObservable<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether anybody would see a value.
    public var isEnabled: Bool { core.isEnabled }
}

/// Takes the values of observable instruments during a callback.
public struct MetricObserver: Sendable {
    let reader: Int
    let allowed: Set<ObjectIdentifier>

    /// Reports the current value of an instrument, which must be one that the callback was registered for.
    public func observe<Value: MetricNumber>(
        _ instrument: OTelObservable<Value>,
        _ value: Value,
        _ attributes: AttributeSet = .empty
    ) {
        guard allowed.contains(ObjectIdentifier(instrument.core)) else {
            Diagnostics.report(
                .warning,
                "A callback observed \(instrument.core.descriptor.name), for which it is not registered."
            )
            return
        }
        instrument.core.observe(value.metricValue, attributes, reader: reader)
    }
}

/// Takes the values of one observable instrument during its callback.
public struct InstrumentObserver<Value: MetricNumber>: Sendable {
    let core: InstrumentCore
    let reader: Int

    /// Reports the current value.
    public func observe(_ value: Value, _ attributes: AttributeSet = .empty) {
        core.observe(value.metricValue, attributes, reader: reader)
    }
}

/// A callback that was registered.
public struct CallbackRegistration: Sendable {
    let cancelAction: @Sendable () -> Void

    /// Lets it not be called any more.
    public func unregister() {
        cancelAction()
    }
}
