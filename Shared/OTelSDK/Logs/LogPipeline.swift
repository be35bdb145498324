import OTLP
import Tracing

/// What all loggers of a provider share.
final class LogPipeline: Sendable {
    let resource: TelemetryResource
    let limits: AttributeLimits
    let processors: [any LogRecordProcessor]
    let isShutDown = SharedFlag()
    let created = StripedCounter()

    init(resource: TelemetryResource, limits: AttributeLimits, processors: [any LogRecordProcessor]) {
        self.resource = resource
        self.limits = limits
        self.processors = processors
    }

    func emit(_ record: consuming OTLP.LogRecord, scope: ScopeReference, context: InstrumentationContext?) {
        guard !isShutDown.isSet, !processors.isEmpty else { return }
        if record.observedTime == 0 { record.observedTime = TelemetryClock.wall }
        if !record.traceID.isValid, let span = context?.spanContext, span.isValid {
            record.traceID = span.traceID
            record.spanID = span.spanID
            record.flags = UInt32(span.flags)
        }
        if !fits(record.attributes) {
            let (kept, dropped) = limits.limited(record.attributes)
            record.attributes = kept
            record.droppedAttributesCount &+= dropped
        }
        created.add(1)
        var emission = ReadWriteLogRecord(record: consume record, scopeReference: scope, pipeline: self)
        for processor in processors { processor.onEmit(&emission, context: context) }
    }

    /// Whether the attributes are within the limits as they are, each key once.
    private func fits(_ attributes: [KeyValue]) -> Bool {
        guard limits.valueLength == nil, attributes.count <= limits.count else { return false }
        return attributes.withUnsafeBufferPointer { attributes in
            for index in attributes.indices {
                if attributes[index].key.isEmpty { return false }
                for other in 0..<index where attributes[index].key.isSameKey(as: attributes[other].key) {
                    return false
                }
            }
            return true
        }
    }
}
