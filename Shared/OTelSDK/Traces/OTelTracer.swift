public import OTLP
import Synchronization
public import Tracing

/// Starts spans for one library (OpenTelemetry specification, Trace API, Tracer); it is also the backend of
/// swift-distributed-tracing. Safe from any thread.
public struct OTelTracer: Tracing.Tracer {
    let pipeline: TracePipeline
    /// The scope, when the tracer was made for one; otherwise the source file tells it.
    private let scope: SpanOrigin?
    private static let unnamed = SpanOrigin(Scope(name: ""))
    private let propagator: CompositePropagator

    init(pipeline: TracePipeline, scope: Scope?, propagators: [any TextMapPropagator]) {
        self.pipeline = pipeline
        self.scope = scope.map { SpanOrigin($0) }
        propagator = CompositePropagator(propagators)
    }

    /// What is passed for the parent of a span.
    public enum Parent: Sendable {
        /// The current task's active span, if any.
        case current
        /// None: the span begins a new trace.
        case none
        /// The span that a context belongs to, if any.
        case context(InstrumentationContext)
    }

    /// Starts a span.
    ///
    /// - Parameters:
    ///   - name: What it does, of low cardinality.
    ///   - kind: Which side of a call it is; internal by default.
    ///   - parent: What it belongs to; the current task's span by default.
    ///   - attributes: What is known already. Giving attributes here is better than setting them later: samplers see
    ///     only these.
    ///   - links: Spans that it relates to.
    ///   - startTime: Nanoseconds since 1970, UTC; now by default.
    public func startSpan(
        named name: String,
        kind: OTLP.SpanKind = .internal,
        parent: Parent = .current,
        attributes: [Attribute] = [],
        links: [Link] = [],
        startTime: UInt64? = nil
    ) -> OTelSpan {
        let context: InstrumentationContext? =
            switch parent {
            case .current: InstrumentationContext.current
            case .none: nil
            case .context(let context): context
            }
        return pipeline.start(
            name,
            kind: kind,
            context: context,
            origin: scope ?? Self.unnamed,
            attributes: attributes,
            links: links,
            startTime: startTime
        )
    }

    /// Whether starting a span may record one: not after shutdown, and not without processors.
    public var isEnabled: Bool { !pipeline.processors.isEmpty && !pipeline.isShutDown.load(ordering: .relaxed) }

    /// Starts a span in a context, as swift-distributed-tracing asks for it.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: Tracing.SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> OTelSpan {
        pipeline.start(
            operationName,
            kind: OTLP.SpanKind(kind),
            context: context(),
            origin: scope ?? .file(fileID),
            attributes: [],
            links: [],
            startTime: instant().nanosecondsSinceEpoch
        )
    }

    /// Runs an operation within a span, as the tracing API's function of this name does; it is faster, since it knows
    /// the tracer. What the operation throws is recorded and makes the status an error.
    public func withSpan<Result>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext = .current ?? .topLevel,
        ofKind kind: Tracing.SpanKind = .internal,
        function: String = #function,
        file fileID: String = #fileID,
        line: UInt = #line,
        _ operation: (OTelSpan) throws -> Result
    ) rethrows -> Result {
        let span = start(operationName, context(), kind, fileID)
        defer { span.end() }
        do {
            return try InstrumentationContext.$current.withValue(span.context) { try operation(span) }
        } catch {
            span.failed(error)
            throw error
        }
    }

    /// Runs an operation within a span, as the tracing API's function of this name does; it is faster, since it knows
    /// the tracer. What the operation throws is recorded and makes the status an error.
    public func withSpan<Result>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext = .current ?? .topLevel,
        ofKind kind: Tracing.SpanKind = .internal,
        isolation: isolated (any Actor)? = #isolation,
        function: String = #function,
        file fileID: String = #fileID,
        line: UInt = #line,
        _ operation: (OTelSpan) async throws -> Result
    ) async rethrows -> Result {
        let span = start(operationName, context(), kind, fileID)
        defer { span.end() }
        do {
            return try await InstrumentationContext.$current.withValue(span.context) { try await operation(span) }
        } catch {
            span.failed(error)
            throw error
        }
    }

    private func start(
        _ name: String,
        _ context: InstrumentationContext,
        _ kind: Tracing.SpanKind,
        _ fileID: String
    ) -> OTelSpan {
        pipeline.start(
            name,
            kind: OTLP.SpanKind(kind),
            context: context,
            origin: scope ?? .file(fileID),
            attributes: [],
            links: [],
            startTime: nil
        )
    }

    /// The span that a context belongs to.
    public func activeSpan(identifiedBy context: InstrumentationContext) -> OTelSpan? {
        context.activeSpan
    }

    /// Does nothing: the processors export spans, and the provider flushes them.
    public func forceFlush() {}

    /// Takes what the propagators find in a carrier into a context.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        propagator.extract(carrier, into: &context, using: extractor)
    }

    /// Writes a context into a carrier by the propagators.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        propagator.inject(context, into: &carrier, using: injector)
    }
}

extension OTLP.SpanKind {
    /// The tracing API's kind of a span.
    init(_ kind: Tracing.SpanKind) {
        self =
            switch kind {
            case .server: .server
            case .client: .client
            case .producer: .producer
            case .consumer: .consumer
            case .internal: .internal
            }
    }
}
