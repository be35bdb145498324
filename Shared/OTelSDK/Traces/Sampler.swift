public import OTLP
public import Tracing

/// What a sampler is asked about (OpenTelemetry specification, Trace SDK, ShouldSample).
public struct SamplingRequest: Sendable {
    /// The context in which the span starts, in full; `nil` when it starts outside of any.
    public let parentContext: InstrumentationContext?
    /// The parent's identity, when there is a valid one.
    public let parent: SpanContext?
    /// The trace that the span will belong to.
    public let traceID: TraceID
    /// The name of the span.
    public let name: String
    /// Which side of a call it is.
    public let kind: OTLP.SpanKind
    /// The attributes that it starts with.
    public let attributes: [Attribute]
    /// The links that it starts with.
    public let links: [Link]

    /// Creates a request.
    public init(
        parentContext: InstrumentationContext? = nil,
        parent: SpanContext? = nil,
        traceID: TraceID,
        name: String = "",
        kind: OTLP.SpanKind = .internal,
        attributes: [Attribute] = [],
        links: [Link] = []
    ) {
        self.parentContext = parentContext
        self.parent = parent
        self.traceID = traceID
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.links = links
    }
}

/// The decision about a span.
public enum SamplingDecision: Sendable, Hashable {
    /// Nothing is recorded.
    case drop
    /// Processors see it, but it is not marked as sampled and exporters do not get it.
    case recordOnly
    /// It is recorded, marked as sampled and exported.
    case recordAndSample
}

/// A sampler's answer.
public struct SamplingResult: Sendable {
    /// The decision.
    public var decision: SamplingDecision
    /// Attributes that the sampler adds to the span.
    public var attributes: [Attribute]
    /// The tracestate of the new span.
    public var traceState: TraceState

    /// Creates an answer.
    public init(_ decision: SamplingDecision, attributes: [Attribute] = [], traceState: TraceState = TraceState()) {
        self.decision = decision
        self.attributes = attributes
        self.traceState = traceState
    }
}

/// Decides which spans are recorded (OpenTelemetry specification, Trace SDK, Sampling).
public protocol Sampler: Sendable {
    /// One line that says what it does.
    var description: String { get }
    /// Decides about one span. It is called on the thread that starts the span.
    func shouldSample(_ request: SamplingRequest) -> SamplingResult
}

extension Sampler {
    /// What the provider may decide without asking, because the answer depends on nothing else.
    var shortcut: SamplingShortcut {
        switch self {
        case is AlwaysOnSampler: .always(.recordAndSample)
        case is AlwaysOffSampler: .always(.drop)
        case let sampler as ParentBasedSampler where sampler.hasDefaultDelegates: sampler.root.shortcut.belowParents
        default: .ask
        }
    }
}

/// How the provider gets its decisions.
enum SamplingShortcut: Sendable, Equatable {
    /// The same for every span.
    case always(SamplingDecision)
    /// The parent's, and this one for roots.
    case parentOr(SamplingDecision)
    /// The sampler has to be asked.
    case ask

    fileprivate var belowParents: SamplingShortcut {
        if case .always(let decision) = self { .parentOr(decision) } else { .ask }
    }
}
