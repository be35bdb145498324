import OTLP
public import Tracing

/// The tracer of this SDK behind swift-distributed-tracing's API.
public final class OTelTracer: Tracer {
    let limits: SpanLimits
    private let sampler: Sampler
    private let ids: any IDGenerator
    private let propagators: [any TextMapPropagator]
    private let queue: BatchQueue<SpanRecord>

    init(
        sampler: Sampler,
        limits: SpanLimits = SpanLimits(),
        ids: any IDGenerator = RandomIDGenerator(),
        propagators: [any TextMapPropagator] = [TraceContextPropagator(), BaggagePropagator()],
        queue: BatchQueue<SpanRecord>
    ) {
        self.sampler = sampler
        self.limits = limits
        self.ids = ids
        self.propagators = propagators
        self.queue = queue
    }

    /// Begins a span as a child of the context's span, or as the root of a new trace.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: Tracing.SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTelSpan {
        var context = context()
        var telemetry = context.telemetry ?? TelemetryContext()
        let parent = telemetry.span.flatMap { $0.isValid ? $0 : nil }
        let traceID = parent?.traceID ?? ids.makeTraceID()
        let isSampled = sampler.samples(traceID: traceID, parent: parent)
        let random = parent.map { $0.flags & SpanContext.randomFlag } ?? SpanContext.randomFlag
        let spanContext = SpanContext(
            traceID: traceID,
            spanID: ids.makeSpanID(),
            flags: random | (isSampled ? SpanContext.sampledFlag : 0),
            traceState: parent?.traceState ?? TraceState()
        )
        telemetry.span = spanContext
        context.telemetry = telemetry
        let isDefaultClock = Instant.self == DefaultTracerClock.Timestamp.self
        return OTelSpan(
            name: operationName,
            kind: kind,
            context: context,
            spanContext: spanContext,
            parent: parent,
            started: isDefaultClock ? SpanClock.Start() : SpanClock.Start(at: instant()),
            scope: Self.module(of: fileID),
            isRecording: isSampled,
            tracer: self
        )
    }

    /// Does nothing: spans leave by the batch processor, and the service flushes at shutdown.
    public func forceFlush() {}

    /// Takes trace context and baggage from a carrier.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        var telemetry = context.telemetry ?? TelemetryContext()
        for propagator in propagators { propagator.extract(carrier, into: &telemetry, using: extractor) }
        context.telemetry = telemetry
    }

    /// Writes trace context and baggage into a carrier.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let telemetry = context.telemetry else { return }
        for propagator in propagators { propagator.inject(telemetry, into: &carrier, using: injector) }
    }

    func ended(_ record: SpanRecord) {
        queue.append(record)
    }

    /// The module that a span was started in names its instrumentation scope: `Module/File.swift`.
    private static func module(of fileID: String) -> String {
        fileID.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(fileID[..<$0]) } ?? fileID
    }
}
