public import OTLP
import Synchronization

/// A span that has ended, for processors and exporters (OpenTelemetry specification, Trace SDK, Additional Span
/// Interfaces).
public struct ReadableSpan: Sendable {
    let span: RecordingSpan

    init(_ span: RecordingSpan) {
        self.span = span
    }

    /// What identifies it.
    public var spanContext: SpanContext { span.spanContext }
    /// Its parent; none for a root.
    public var parentSpanID: SpanID { span.parentSpanID }
    /// Its name.
    public var name: String { span.state.withLock { $0.name } }
    /// Which side of a call it is.
    public var kind: OTLP.SpanKind { span.kind }
    /// Its attributes.
    public var attributes: [Attribute] { span.state.withLock { $0.attributes.keyValues } }
    /// How it ended.
    public var status: OTLP.SpanStatus { span.state.withLock { $0.status } }
    /// Whether it has ended.
    public var hasEnded: Bool { span.state.withLock { $0.hasEnded } }
    /// What recorded it.
    public var scope: Scope { span.origin.scope }
    /// What emits it.
    public var resource: TelemetryResource { span.pipeline.resource }

    /// All of it, as OTLP has it.
    public var otlp: OTLP.Span {
        span.state.withLock { state in
            OTLP.Span(
                traceID: span.spanContext.traceID,
                spanID: span.spanContext.spanID,
                traceState: span.spanContext.traceState.isEmpty ? "" : span.spanContext.traceState.header,
                parentSpanID: span.parentSpanID,
                name: state.name,
                kind: span.kind,
                startTime: span.startTime,
                endTime: state.endTime,
                attributes: state.attributes.keyValues,
                droppedAttributesCount: state.attributes.droppedCount,
                events: state.events,
                droppedEventsCount: state.droppedEvents,
                links: state.links,
                droppedLinksCount: state.droppedLinks,
                status: state.status,
                flags: OTLP.Span.flags(span.spanContext.flags, isRemote: span.parentIsRemote)
            )
        }
    }
}
