public import Tracing

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
        let value = amount.metricValue
        guard !value.isNegative else { return core.reject(.negative) }
        core.record(value, attributes, context)
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
