/// Makes instruments for one library (OpenTelemetry specification, Metrics API, Meter). Safe from any thread. An
/// instrument that was made before with the same name, kind, unit and description is the same one.
public struct OTelMeter: Sendable {
    let registry: MetricRegistry
    /// Whose instruments it makes.
    public let scope: Scope

    /// An instrument that adds up amounts that are not negative.
    public func counter<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        attributeKeys: Set<String>? = nil
    ) -> OTelCounter<Value> {
        OTelCounter(core: make(name, .counter, type, unit, description, nil, attributeKeys))
    }

    /// An instrument that adds up amounts of either sign.
    public func upDownCounter<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type = Int.self,
        unit: String = "",
        description: String = "",
        attributeKeys: Set<String>? = nil
    ) -> OTelUpDownCounter<Value> {
        OTelUpDownCounter(core: make(name, .upDownCounter, type, unit, description, nil, attributeKeys))
    }

    /// An instrument for values whose distribution matters.
    ///
    /// - Parameters:
    ///   - explicitBucketBoundaries: Advice for the upper bounds of its buckets; a view wins over it.
    ///   - attributeKeys: Advice for the attribute keys to keep; a view wins over it.
    public func histogram<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type = Double.self,
        unit: String = "",
        description: String = "",
        explicitBucketBoundaries: [Double]? = nil,
        attributeKeys: Set<String>? = nil
    ) -> OTelHistogram<Value> {
        OTelHistogram(
            core: make(name, .histogram, type, unit, description, explicitBucketBoundaries, attributeKeys)
        )
    }

    /// An instrument for values of which the last counts.
    public func gauge<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type = Double.self,
        unit: String = "",
        description: String = "",
        attributeKeys: Set<String>? = nil
    ) -> OTelGauge<Value> {
        OTelGauge(core: make(name, .gauge, type, unit, description, nil, attributeKeys))
    }

    /// An instrument whose callback reads a sum that only grows.
    public func observableCounter<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        callback: (@Sendable (InstrumentObserver<Value>) -> Void)? = nil
    ) -> OTelObservable<Value> {
        observable(name, .observableCounter, type, unit, description, callback)
    }

    /// An instrument whose callback reads a sum.
    public func observableUpDownCounter<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        callback: (@Sendable (InstrumentObserver<Value>) -> Void)? = nil
    ) -> OTelObservable<Value> {
        observable(name, .observableUpDownCounter, type, unit, description, callback)
    }

    /// An instrument whose callback reads a value of which the last counts.
    public func observableGauge<Value: MetricNumber>(
        _ name: String,
        of type: Value.Type,
        unit: String = "",
        description: String = "",
        callback: (@Sendable (InstrumentObserver<Value>) -> Void)? = nil
    ) -> OTelObservable<Value> {
        observable(name, .observableGauge, type, unit, description, callback)
    }

    /// Has a callback read several observable instruments at once whenever a reader collects.
    ///
    /// The callback must not block. It is called once per collection of each reader, never twice at once for one.
    @discardableResult
    public func registerCallback<each Value: MetricNumber>(
        for instruments: repeat OTelObservable<each Value>,
        callback: @escaping @Sendable (MetricObserver) -> Void
    ) -> CallbackRegistration {
        var cores: [InstrumentCore] = []
        for instrument in repeat each instruments { cores.append(instrument.core) }
        let allowed = Set(cores.map { ObjectIdentifier($0) })
        return registry.add { callback(MetricObserver(reader: $0, allowed: allowed)) }
    }

    private func observable<Value: MetricNumber>(
        _ name: String,
        _ kind: InstrumentKind,
        _ type: Value.Type,
        _ unit: String,
        _ description: String,
        _ callback: (@Sendable (InstrumentObserver<Value>) -> Void)?
    ) -> OTelObservable<Value> {
        let core = make(name, kind, type, unit, description, nil, nil)
        if let callback {
            _ = registry.add { callback(InstrumentObserver(core: core, reader: $0)) }
        }
        return OTelObservable(core: core)
    }

    private func make<Value: MetricNumber>(
        _ name: String,
        _ kind: InstrumentKind,
        _ type: Value.Type,
        _ unit: String,
        _ description: String,
        _ boundaries: [Double]?,
        _ attributeKeys: Set<String>?
    ) -> InstrumentCore {
        registry.instrument(
            InstrumentDescriptor(
                name: name,
                kind: kind,
                unit: unit,
                description: description,
                explicitBucketBoundaries: boundaries,
                attributeKeys: attributeKeys,
                isInteger: Value.isInteger
            ),
            scope: scope
        )
    }
}
