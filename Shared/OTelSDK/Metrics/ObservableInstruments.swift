/// An instrument whose values callbacks give when a reader collects (OpenTelemetry specification, Metrics API,
/// Asynchronous instruments).
public struct OTelObservable<Value: MetricNumber>: Sendable {
    let core: InstrumentCore

    /// What it is.
    public var descriptor: InstrumentDescriptor { core.descriptor }
    /// Whether any reader would see a value.
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
