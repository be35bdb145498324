import OTLP
import Synchronization
public import Tracing

/// A span of this SDK behind swift-distributed-tracing's API.
///
/// Safe from any thread. What is set after the end is ignored. A span that is not sampled records nothing, and its
/// context still carries the trace on.
public final class OTelSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var events: [OTLP.SpanEvent] = []
        var droppedEvents: UInt32 = 0
        var links: [OTLP.SpanLink] = []
        var droppedLinks: UInt32 = 0
        var status = OTLP.SpanStatus()
        var isEnded = false
    }

    /// The context of whatever runs inside the span.
    public let context: ServiceContext

    let spanContext: SpanContext
    private let parent: SpanContext?
    private let kind: OTLP.SpanKind
    private let started: SpanClock.Start
    private let scope: String
    private let tracer: OTelTracer
    private let state: Mutex<State>

    /// Whether what is set on the span is kept.
    public let isRecordingAtStart: Bool

    init(
        name: String,
        kind: Tracing.SpanKind,
        context: ServiceContext,
        spanContext: SpanContext,
        parent: SpanContext?,
        started: SpanClock.Start,
        scope: String,
        isRecording: Bool,
        tracer: OTelTracer
    ) {
        self.context = context
        self.spanContext = spanContext
        self.parent = parent
        self.kind = OTLP.SpanKind(kind)
        self.started = started
        self.scope = scope
        self.tracer = tracer
        isRecordingAtStart = isRecording
        state = Mutex(State(name: name))
    }

    /// Whether the span still records.
    public var isRecording: Bool {
        isRecordingAtStart && state.withLock { !$0.isEnded }
    }

    /// What the span does.
    public var operationName: String {
        get { state.withLock { $0.name } }
        set { mutate { $0.name = newValue } }
    }

    /// What is known of the operation.
    public var attributes: SpanAttributes {
        get { isRecordingAtStart ? state.withLock { $0.attributes } : SpanAttributes() }
        set { mutate { $0.attributes = newValue } }
    }

    /// Says how the operation ended. Ok is final, and nothing takes an error back but ok.
    public func setStatus(_ status: Tracing.SpanStatus) {
        mutate { state in
            guard state.status.code != .ok else { return }
            switch status.code {
            case .ok: state.status = OTLP.SpanStatus(code: .ok)
            case .error: state.status = OTLP.SpanStatus(message: status.message ?? "", code: .error)
            @unknown default: break
            }
        }
    }

    /// Adds something that happened.
    public func addEvent(_ event: Tracing.SpanEvent) {
        let limits = tracer.limits
        mutate { state in
            guard state.events.count < limits.eventCount else {
                state.droppedEvents += 1
                return
            }
            let (kept, dropped) = event.attributes.keyValues(
                limit: limits.attributePerEventCount,
                valueLength: limits.attributeValueLength
            )
            state.events.append(
                OTLP.SpanEvent(
                    time: event.nanosecondsSinceEpoch,
                    name: event.name,
                    attributes: kept,
                    droppedAttributesCount: dropped
                )
            )
        }
    }

    /// Adds an `exception` event (semantic conventions for exceptions).
    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard isRecordingAtStart else { return }
        var described = attributes
        described["exception.type"] = String(reflecting: type(of: error))
        described["exception.message"] = String(describing: error)
        addEvent(Tracing.SpanEvent(name: "exception", at: instant(), attributes: described))
    }

    /// Relates the span to another.
    public func addLink(_ link: Tracing.SpanLink) {
        guard let target = link.context.spanContext, target.isValid else { return }
        let limits = tracer.limits
        mutate { state in
            guard state.links.count < limits.linkCount else {
                state.droppedLinks += 1
                return
            }
            let (kept, dropped) = link.attributes.keyValues(
                limit: limits.attributePerLinkCount,
                valueLength: limits.attributeValueLength
            )
            state.links.append(
                OTLP.SpanLink(
                    traceID: target.traceID,
                    spanID: target.spanID,
                    traceState: target.traceState.header,
                    attributes: kept,
                    droppedAttributesCount: dropped,
                    flags: OTLP.Span.flags(of: target, isRemote: target.isRemote)
                )
            )
        }
    }

    /// Ends the span and hands it on. Only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard isRecordingAtStart else { return }
        let ended =
            Instant.self == DefaultTracerClock.Timestamp.self
            ? started.now : instant().nanosecondsSinceEpoch
        let finished: State? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        if let finished { tracer.ended(record(finished, ended: ended)) }
    }

    private func mutate(_ change: (inout State) -> Void) {
        guard isRecordingAtStart else { return }
        state.withLock { state in
            if !state.isEnded { change(&state) }
        }
    }

    private func record(_ state: State, ended: UInt64) -> SpanRecord {
        let limits = tracer.limits
        let (kept, dropped) = state.attributes.keyValues(
            limit: limits.attributeCount,
            valueLength: limits.attributeValueLength
        )
        return SpanRecord(
            scope: scope,
            span: OTLP.Span(
                traceID: spanContext.traceID,
                spanID: spanContext.spanID,
                traceState: spanContext.traceState.header,
                parentSpanID: parent?.spanID ?? .none,
                name: state.name,
                kind: kind,
                startTime: started.nanosecondsSinceEpoch,
                endTime: max(started.nanosecondsSinceEpoch, ended),
                attributes: kept,
                droppedAttributesCount: dropped,
                events: state.events,
                droppedEventsCount: state.droppedEvents,
                links: state.links,
                droppedLinksCount: state.droppedLinks,
                status: state.status,
                flags: OTLP.Span.flags(of: spanContext, isRemote: parent?.isRemote ?? false)
            )
        )
    }
}

/// A finished span on its way out, with the instrumentation scope that recorded it.
struct SpanRecord: Sendable {
    let scope: String
    let span: OTLP.Span
}

extension OTLP.Span {
    /// The flags field: the W3C flags in the low byte, and above them whether the parent is remote, which is known.
    static func flags(of context: SpanContext, isRemote: Bool) -> UInt32 {
        UInt32(context.flags) | 0x100 | (isRemote ? 0x200 : 0)
    }
}

extension OTLP.SpanKind {
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
