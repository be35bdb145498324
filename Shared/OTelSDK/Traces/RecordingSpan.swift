import OTLP
import Synchronization
import Tracing

/// A span that records, until it has ended: one object and one lock.
final class RecordingSpan: Sendable {
    /// What may change while it records.
    struct State: ~Copyable {
        var name: String
        var attributes = SpanAttributeStore()
        var events: [OTLP.SpanEvent] = []
        var droppedEvents: UInt32 = 0
        var links: [OTLP.SpanLink] = []
        var droppedLinks: UInt32 = 0
        var status = OTLP.SpanStatus()
        var endTime: UInt64 = 0
        var hasEnded = false
    }

    /// Not counted: a span is made on one thread and freed on another, and a count that both change would go from core
    /// to core with each span, together with all that is read from its cache line. `TracerProvider` keeps pipelines
    /// alive for good.
    unowned(unsafe) let pipeline: TracePipeline
    let origin: SpanOrigin
    let spanContext: SpanContext
    let parentSpanID: SpanID
    let parentIsRemote: Bool
    let kind: OTLP.SpanKind
    let baggage: Baggage
    /// What else the context holds in which the span started.
    let parentContext: InstrumentationContext?
    let startTime: UInt64
    private let startMonotonic: UInt64
    let state: Mutex<State>

    init(
        pipeline: TracePipeline,
        origin: SpanOrigin,
        spanContext: SpanContext,
        parent: SpanContext?,
        kind: OTLP.SpanKind,
        name: String,
        baggage: Baggage,
        parentContext: InstrumentationContext?,
        startTime: UInt64?
    ) {
        self.pipeline = pipeline
        self.origin = origin
        self.spanContext = spanContext
        parentSpanID = parent?.spanID ?? .none
        parentIsRemote = parent?.isRemote ?? false
        self.kind = kind
        self.baggage = baggage
        self.parentContext = parentContext
        startMonotonic = TelemetryClock.monotonic
        self.startTime = startTime ?? TelemetryClock.wall(at: startMonotonic)
        state = Mutex(State(name: name))
    }

    /// The current time, as far from the start as the monotonic clock says; nanoseconds since 1970, UTC.
    var now: UInt64 { startTime &+ (TelemetryClock.monotonic &- startMonotonic) }

    /// The time of an instant of the tracing API. A wall clock that was read just now is replaced by the
    /// monotonic one, unless the system's clock was set in the meantime.
    func time<Instant: TracerInstant>(of instant: Instant) -> UInt64 {
        let given = instant.nanosecondsSinceEpoch
        if Instant.self == DefaultTracerClock.Timestamp.self {
            let monotonic = now
            if given &- monotonic &+ 20_000 < 40_000 { return monotonic }
        }
        return given
    }

    /// Whether it still records.
    var isRecording: Bool { state.withLock { !$0.hasEnded } }

    @inline(__always)
    func set(_ attribute: KeyValue) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            state.attributes.set(attribute, within: pipeline.limits.attributes)
        }
    }

    func set(_ attributes: some Sequence<KeyValue>) {
        state.withLock { state in
            guard !state.hasEnded else { return }
            let limits = pipeline.limits.attributes
            for attribute in attributes { state.attributes.set(attribute, within: limits) }
        }
    }

    /// Marks the current attributes as those that the span started with; a later assignment keeps them.
    func started() {
        state.withLock { $0.attributes.start() }
    }

    func add(_ event: OTLP.SpanEvent) {
        let (kept, dropped) = pipeline.limits.eventAttributes.limited(event.attributes)
        var event = event
        event.attributes = kept
        event.droppedAttributesCount &+= dropped
        state.withLock { state in
            guard !state.hasEnded else { return }
            if state.events.count < pipeline.limits.eventCount {
                state.events.append(event)
            } else {
                state.droppedEvents &+= 1
            }
        }
    }

    func add(_ link: Link) {
        guard link.context.isValid || !link.attributes.isEmpty || !link.context.traceState.isEmpty else { return }
        let link = link.otlp(pipeline.limits.linkAttributes)
        state.withLock { state in
            guard !state.hasEnded else { return }
            if state.links.count < pipeline.limits.linkCount {
                state.links.append(link)
            } else {
                state.droppedLinks &+= 1
            }
        }
    }

    /// Takes a status, unless it is final already: `ok` stays, and `unset` changes nothing.
    func set(_ status: OTLP.SpanStatus) {
        state.withLock { state in
            guard !state.hasEnded, state.status.code != .ok, status.code != .unset else { return }
            state.status = status
            if status.code != .error { state.status.message = "" }
        }
    }

    func end(at time: UInt64?) {
        if !pipeline.endingObservers.isEmpty { announceEnd(at: time) }
        let time = time ?? now
        let isFirst = state.withLock { state in
            guard !state.hasEnded else { return false }
            state.hasEnded = true
            if state.endTime == 0 { state.endTime = time }
            return true
        }
        if isFirst { pipeline.ended(self) }
    }

    /// Lets processors change the span for the last time: its end time is set, and it still records.
    private func announceEnd(at time: UInt64?) {
        let time = time ?? now
        let isFirst = state.withLock { state in
            guard !state.hasEnded, state.endTime == 0 else { return false }
            state.endTime = time
            return true
        }
        guard isFirst else { return }
        for observer in pipeline.endingObservers { observer.onEnding(OTelSpan(self)) }
    }
}
