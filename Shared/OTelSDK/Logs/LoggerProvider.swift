public import OTLP
import Synchronization
import Tracing

/// How much one log record may hold (OpenTelemetry specification, Logs SDK, LogRecord Limits).
public struct LogRecordLimits: Sendable, Hashable {
    /// Attributes of a record; 128 by default.
    public var attributeCount = 128
    /// The longest text of an attribute, in characters; no limit by default.
    public var attributeValueLength: Int?

    /// The default limits.
    public init() {}

    var attributes: AttributeLimits { AttributeLimits(count: attributeCount, valueLength: attributeValueLength) }
}

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

/// Makes loggers and owns what they share: limits and processors (OpenTelemetry specification, Logs SDK,
/// LoggerProvider). Safe from any thread.
public final class LoggerProvider: Sendable {
    let pipeline: LogPipeline

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - resource: What emits the records.
    ///   - limits: How much one record may hold.
    ///   - processors: See each record, in this order. Without any, nothing is recorded.
    public init(
        resource: TelemetryResource = .empty,
        limits: LogRecordLimits = LogRecordLimits(),
        processors: [any LogRecordProcessor] = []
    ) {
        pipeline = LogPipeline(resource: resource, limits: limits.attributes, processors: processors)
    }

    /// A logger for one library.
    ///
    /// - Parameters:
    ///   - name: The library's name. An empty one works, and is reported.
    ///   - version: Its version.
    ///   - schemaURL: The schema of what it emits.
    ///   - attributes: What else is known of it.
    public func logger(
        _ name: String,
        version: String = "",
        schemaURL: String = "",
        attributes: [Attribute] = []
    ) -> OTelLogger {
        if name.isEmpty { Diagnostics.report(.warning, "A logger was asked for without the name of its library.") }
        return OTelLogger(
            pipeline: pipeline,
            scopeReference: ScopeReference(
                Scope(name: name, version: version, schemaURL: schemaURL, attributes: attributes)
            )
        )
    }

    /// Exports everything that was emitted.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        await Fleet.run(pipeline.processors, timeout: timeout) { await $0.forceFlush(timeout: $1) }
    }

    /// Exports everything that was emitted; what comes later is not recorded. Only the first call counts.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func shutdown(timeout: Duration = .seconds(30)) async -> Outcome {
        guard !pipeline.isShutDown.set() else { return .failure }
        return await Fleet.run(pipeline.processors, timeout: timeout) { await $0.shutdown(timeout: $1) }
    }
}
