import OTLP
import Synchronization
import Tracing

/// What all tracers of a provider share.
final class TracePipeline: Sendable {
    let resource: TelemetryResource
    let limits: SpanLimits
    let ids: any IDGenerator
    /// Whether ids come from the default generator, which is then inlined.
    private let usesUsualIDs: Bool
    let sampler: any Sampler
    let shortcut: SamplingShortcut
    let processors: [any SpanProcessor]
    let startObservers: [any SpanProcessor]
    let endingObservers: [any SpanProcessor]
    let endObservers: [any SpanProcessor]
    /// The only observer of ends, in the common case that there is one and it is a batching processor.
    private let batch: BatchPipeline<RecordingSpan>?
    let isShutDown: Atomic<Bool>
    let counts = SpanCounts()

    init(
        resource: TelemetryResource,
        limits: SpanLimits,
        ids: any IDGenerator,
        sampler: any Sampler,
        processors: [any SpanProcessor],
        isDisabled: Bool = false
    ) {
        isShutDown = Atomic(isDisabled)
        self.resource = resource
        self.limits = limits
        self.ids = ids
        usesUsualIDs = ids is RandomIDGenerator
        self.sampler = sampler
        shortcut = sampler.shortcut
        self.processors = processors
        startObservers = processors.filter { $0.interests.contains(.start) }
        endingObservers = processors.filter { $0.interests.contains(.ending) }
        endObservers = processors.filter { $0.interests.contains(.end) }
        batch = endObservers.count == 1 ? (endObservers[0] as? BatchSpanProcessor)?.pipeline : nil
    }

    func ended(_ span: RecordingSpan) {
        counts.ended(isSampled: span.spanContext.isSampled)
        if let batch {
            if span.spanContext.isSampled { batch.append(span) }
        } else {
            for observer in endObservers { observer.onEnd(ReadableSpan(span)) }
        }
    }

    /// Starts a span, or propagates the parent after shutdown.
    func start(
        _ name: String,
        kind: OTLP.SpanKind,
        context: InstrumentationContext?,
        origin: @autoclosure () -> SpanOrigin,
        attributes: [Attribute],
        links: [Link],
        startTime: @autoclosure () -> UInt64?
    ) -> OTelSpan {
        let entry = context?.telemetry
        var parent = entry?.spanContext
        if let given = parent, !given.isValid { parent = nil }
        if isShutDown.load(ordering: .relaxed) {
            return OTelSpan(
                nonRecording: parent ?? SpanContext(traceID: .none, spanID: .none, flags: 0),
                parent: context
            )
        }

        let thread = ThreadState.current
        let traceID: TraceID
        let spanID: SpanID
        let isRandom: Bool
        if usesUsualIDs {
            traceID = parent?.traceID ?? thread.pointee.makeTraceID()
            spanID = thread.pointee.makeSpanID()
            isRandom = parent?.isRandom ?? true
        } else {
            traceID = parent?.traceID ?? ids.makeTraceID()
            spanID = ids.makeSpanID()
            isRandom = parent?.isRandom ?? ids.isRandom
        }
        var added: [Attribute] = []
        let decision: SamplingDecision
        var traceState = parent?.traceState ?? TraceState()
        switch shortcut {
        case .always(let always): decision = always
        case .parentOr(let root):
            if let parent { decision = parent.isSampled ? .recordAndSample : .drop } else { decision = root }
        case .ask:
            let result = sampler.shouldSample(
                SamplingRequest(
                    parentContext: context,
                    parent: parent,
                    traceID: traceID,
                    name: name,
                    kind: kind,
                    attributes: attributes,
                    links: links
                )
            )
            decision = result.decision
            added = result.attributes
            traceState = result.traceState
        }

        let spanContext = SpanContext(
            traceID: traceID,
            spanID: spanID,
            flags: (decision == .recordAndSample ? SpanContext.sampledFlag : 0)
                | (isRandom ? SpanContext.randomFlag : 0),
            traceState: traceState
        )
        counts.started(decision, parent: parent, stripe: thread.pointee.stripe)
        // Without processors nothing is recorded, but the context is still propagated.
        guard decision != .drop, !processors.isEmpty else {
            return OTelSpan(nonRecording: spanContext, parent: context)
        }

        let recording = RecordingSpan(
            pipeline: self,
            origin: origin(),
            spanContext: spanContext,
            parent: parent,
            kind: kind,
            name: name,
            baggage: entry?.baggage ?? Baggage(),
            parentContext: Self.others(in: context, hasEntry: entry != nil),
            startTime: startTime()
        )
        if !attributes.isEmpty { recording.set(attributes) }
        if !added.isEmpty { recording.set(added) }
        for link in links { recording.add(link) }
        let span = OTelSpan(recording)
        for observer in startObservers { observer.onStart(span, parent: context) }
        if !startObservers.isEmpty || !attributes.isEmpty || !added.isEmpty { recording.started() }
        return span
    }
}

extension TracePipeline {
    /// What a context holds beside the SDK's entry. A span must not keep its parent: a chain of spans, each the child
    /// of the one before, would never be freed.
    private static func others(in context: InstrumentationContext?, hasEntry: Bool) -> InstrumentationContext? {
        guard let context, hasEntry else { return context }
        if context.count == 1 { return nil }
        var others = context
        others.telemetry = nil
        return others
    }
}
