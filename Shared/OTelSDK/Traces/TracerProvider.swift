public import OTLP
import Synchronization

/// Makes tracers and owns what they share: sampler, limits, ids, processors (OpenTelemetry specification, Trace SDK,
/// Tracer Provider). Safe from any thread.
public final class TracerProvider: Sendable {
    let pipeline: TracePipeline
    let propagators: [any TextMapPropagator]

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - resource: What emits the spans.
    ///   - sampler: Decides which spans are recorded; parent-based and always on by default.
    ///   - limits: How much one span may hold.
    ///   - ids: Makes ids; random ones by default.
    ///   - processors: See spans start and end, in this order. Without any, nothing is recorded; traces go on.
    ///   - propagators: What tracers of this provider inject and extract; W3C trace context and baggage by default.
    public convenience init(
        resource: TelemetryResource = .empty,
        sampler: any Sampler = ParentBasedSampler(),
        limits: SpanLimits = SpanLimits(),
        ids: any IDGenerator = RandomIDGenerator(),
        processors: [any SpanProcessor] = [],
        propagators: [any TextMapPropagator] = [TraceContextPropagator(), BaggagePropagator()]
    ) {
        self.init(
            TracePipeline(
                resource: resource,
                limits: limits,
                ids: ids,
                sampler: sampler,
                processors: processors
            ),
            propagators
        )
    }

    private init(_ pipeline: TracePipeline, _ propagators: [any TextMapPropagator]) {
        self.pipeline = pipeline
        self.propagators = propagators
        // Never released: a process has few providers, and spans refer to their pipeline without reference counting.
        _ = Unmanaged.passRetained(pipeline)
    }

    /// A provider that carries the caller's context on and does nothing else.
    static func disabled(_ propagators: [any TextMapPropagator]) -> TracerProvider {
        TracerProvider(
            TracePipeline(
                resource: .empty,
                limits: SpanLimits(),
                ids: RandomIDGenerator(),
                sampler: AlwaysOffSampler(),
                processors: [],
                isDisabled: true
            ),
            propagators
        )
    }

    /// A tracer for one library.
    ///
    /// - Parameters:
    ///   - name: The library's name. An empty one works, and is reported once.
    ///   - version: Its version.
    ///   - schemaURL: The schema of what it emits.
    ///   - attributes: What else is known of it.
    public func tracer(
        _ name: String,
        version: String = "",
        schemaURL: String = "",
        attributes: [Attribute] = []
    ) -> OTelTracer {
        if name.isEmpty { Diagnostics.report(.warning, "A tracer was asked for without the name of its library.") }
        return OTelTracer(
            pipeline: pipeline,
            scope: Scope(name: name, version: version, schemaURL: schemaURL, attributes: attributes),
            propagators: propagators
        )
    }

    /// A tracer whose spans belong to the module that starts them, for the ecosystem's global tracer.
    func tracerByModule() -> OTelTracer {
        OTelTracer(pipeline: pipeline, scope: nil, propagators: propagators)
    }

    /// Exports all spans that have ended.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        await Fleet.run(pipeline.processors, timeout: timeout) { await $0.forceFlush(timeout: $1) }
    }

    /// Exports all spans that have ended; later ones are not recorded. Only the first call counts.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func shutdown(timeout: Duration = .seconds(30)) async -> Outcome {
        guard !pipeline.isShutDown.exchange(true, ordering: .acquiringAndReleasing) else { return .failure }
        return await Fleet.run(pipeline.processors, timeout: timeout) { await $0.shutdown(timeout: $1) }
    }
}
