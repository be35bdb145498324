import OTLP
import Synchronization
import Tracing

/// What all tracers of a provider share.
final class TracePipeline: Sendable {
    let resource: TelemetryResource
    let limits: SpanLimits
    let ids: any IDGenerator
    /// The generator, when it is the usual one, so that calling it costs nothing.
    let usualIDs: RandomIDGenerator?
    let sampler: any Sampler
    let shortcut: SamplingShortcut
    let processors: [any SpanProcessor]
    let startObservers: [any SpanProcessor]
    let endingObservers: [any SpanProcessor]
    let endObservers: [any SpanProcessor]
    /// The only observer of ends, when that is a batching processor, as it mostly is.
    private let batch: BatchPipeline<RecordingSpan>?
    let isShutDown = Atomic(false)
    let counts = SpanCounts()

    init(
        resource: TelemetryResource,
        limits: SpanLimits,
        ids: any IDGenerator,
        sampler: any Sampler,
        processors: [any SpanProcessor]
    ) {
        self.resource = resource
        self.limits = limits
        self.ids = ids
        usualIDs = ids as? RandomIDGenerator
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

    /// Starts a span, or carries the parent on when nothing is recorded any more.
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
        if processors.isEmpty || isShutDown.load(ordering: .relaxed) {
            return OTelSpan(
                nonRecording: parent ?? SpanContext(traceID: .none, spanID: .none, flags: 0),
                parent: context
            )
        }

        let traceID = parent?.traceID ?? usualIDs?.makeTraceID() ?? ids.makeTraceID()
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

        let isRandom = parent?.isRandom ?? (usualIDs != nil || ids.isRandom)
        let spanContext = SpanContext(
            traceID: traceID,
            spanID: usualIDs?.makeSpanID() ?? ids.makeSpanID(),
            flags: (decision == .recordAndSample ? SpanContext.sampledFlag : 0)
                | (isRandom ? SpanContext.randomFlag : 0),
            traceState: traceState
        )
        counts.started(decision, parent: parent)
        guard decision != .drop else { return OTelSpan(nonRecording: spanContext, parent: context) }

        let recording = RecordingSpan(
            pipeline: self,
            origin: origin(),
            spanContext: spanContext,
            parent: parent,
            kind: kind,
            name: name,
            baggage: entry?.baggage ?? Baggage(),
            parentContext: context,
            startTime: startTime()
        )
        if !attributes.isEmpty { recording.set(attributes) }
        if !added.isEmpty { recording.set(added) }
        for link in links { recording.add(link) }
        let span = OTelSpan(recording)
        for observer in startObservers { observer.onStart(span, parent: context) }
        return span
    }
}

/// How many spans were started, and how many are under way.
final class SpanCounts: Sendable {
    /// By decision (drop, record only, record and sample) and by parent (none, local, remote).
    private let startedByKind: [StripedCounter] = (0..<9).map { _ in StripedCounter() }
    private let sampledEnded = StripedCounter()
    private let recordedEnded = StripedCounter()

    @inline(__always)
    func started(_ decision: SamplingDecision, parent: SpanContext?) {
        startedByKind[Self.index(decision) * 3 + (parent.map { $0.isRemote ? 2 : 1 } ?? 0)].add(1)
    }

    @inline(__always)
    func ended(isSampled: Bool) {
        (isSampled ? sampledEnded : recordedEnded).add(1)
    }

    func started(_ decision: SamplingDecision, parentIndex: Int) -> Int {
        startedByKind[Self.index(decision) * 3 + parentIndex].value
    }

    func live(_ decision: SamplingDecision) -> Int {
        guard decision != .drop else { return 0 }
        let ended = decision == .recordAndSample ? sampledEnded.value : recordedEnded.value
        return max(0, (0..<3).reduce(0) { $0 + started(decision, parentIndex: $1) } - ended)
    }

    @inline(__always)
    private static func index(_ decision: SamplingDecision) -> Int {
        switch decision {
        case .drop: 0
        case .recordOnly: 1
        case .recordAndSample: 2
        }
    }
}
