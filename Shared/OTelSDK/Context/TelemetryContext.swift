public import Tracing

/// What the SDK keeps in an `InstrumentationContext`: one word under one key, since every further key costs each copy.
enum ContextEntry: Sendable {
    /// A span that records; it knows its baggage itself, so that no further object is needed.
    case recording(RecordingSpan)
    /// Everything else: a remote or unsampled span, or baggage alone.
    case node(ContextNode)
}

/// The parts of a context that is not simply a recording span.
final class ContextNode: Sendable {
    let spanContext: SpanContext?
    let recording: RecordingSpan?
    let baggage: Baggage

    init(spanContext: SpanContext?, recording: RecordingSpan? = nil, baggage: Baggage) {
        self.spanContext = spanContext
        self.recording = recording
        self.baggage = baggage
    }
}

private enum ContextEntryKey: InstrumentationContextKey {
    typealias Value = ContextEntry
    static var nameOverride: String? { "opentelemetry" }
}

extension ContextEntry {
    var spanContext: SpanContext? {
        switch self {
        case .recording(let span): span.spanContext
        case .node(let node): node.spanContext
        }
    }

    var recording: RecordingSpan? {
        switch self {
        case .recording(let span): span
        case .node(let node): node.recording
        }
    }

    var baggage: Baggage {
        switch self {
        case .recording(let span): span.baggage
        case .node(let node): node.baggage
        }
    }
}

extension InstrumentationContext {
    /// A context that has the SDK's entry already. Replacing the entry costs less than adding it to an empty context,
    /// which makes room first and hashes the key once more.
    static let prepared: InstrumentationContext = {
        var context = InstrumentationContext.topLevel
        context.telemetry = .node(ContextNode(spanContext: nil, baggage: Baggage()))
        return context
    }()

    var telemetry: ContextEntry? {
        get { self[ContextEntryKey.self] }
        set { self[ContextEntryKey.self] = newValue }
    }

    /// The identity of the span that this context belongs to, if any (OpenTelemetry specification, Trace API, Context
    /// Interaction). Setting it makes later spans children of that span, which may be remote.
    public var spanContext: SpanContext? {
        get { telemetry?.spanContext }
        set { telemetry = .node(ContextNode(spanContext: newValue, baggage: baggage)) }
    }

    /// The baggage that travels with this context (OpenTelemetry specification, Baggage API).
    public var baggage: Baggage {
        get { telemetry?.baggage ?? Baggage() }
        set {
            let entry = telemetry
            telemetry = .node(
                ContextNode(spanContext: entry?.spanContext, recording: entry?.recording, baggage: newValue)
            )
        }
    }

    /// The span that this context belongs to: the one that records here, or one that only carries its identity.
    public var activeSpan: OTelSpan? {
        guard let entry = telemetry else { return nil }
        if let recording = entry.recording { return OTelSpan(recording) }
        return entry.spanContext.map { OTelSpan(nonRecording: $0, parent: self) }
    }
}
