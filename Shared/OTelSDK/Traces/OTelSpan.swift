public import OTLP
import Synchronization
public import Tracing

/// A span, whether it records or only carries its identity on (OpenTelemetry specification, Trace API, Span).
///
/// Copies are the same span. Attributes that are known at the start are best given to `startSpan(named:)`: samplers see
/// only those. All functions may be called from any thread; after the end they do nothing.
public struct OTelSpan: Tracing.Span {
    let recording: RecordingSpan?
    private let identity: SpanContext
    private let parent: InstrumentationContext?

    init(_ recording: RecordingSpan) {
        self.recording = recording
        identity = recording.spanContext
        parent = nil
    }

    init(nonRecording identity: SpanContext, parent: InstrumentationContext?) {
        recording = nil
        self.identity = identity
        self.parent = parent
    }

    /// Wraps the identity of a span, such as one in another process, as a span that records nothing.
    public init(_ spanContext: SpanContext) {
        self.init(nonRecording: spanContext, parent: nil)
    }

    /// What identifies the span to others.
    public var spanContext: SpanContext { identity }

    /// Whether it records; not any more once it has ended.
    public var isRecording: Bool { recording?.isRecording ?? false }

    /// The context for what happens within the span: that in which it started, with this span as the active one.
    public var context: InstrumentationContext {
        if let recording {
            var context = recording.parentContext ?? .prepared
            context.telemetry = .recording(recording)
            return context
        }
        var context = parent ?? .topLevel
        context.telemetry = .node(ContextNode(spanContext: identity, baggage: context.baggage))
        return context
    }

    /// The name. Setting it replaces the one that the span started with.
    public var operationName: String {
        get { recording?.state.withLock { $0.name } ?? "" }
        nonmutating set { recording?.state.withLock { if !$0.hasEnded { $0.name = newValue } } }
    }

    /// Sets an attribute, in place of the one that the key had. A key may not be empty.
    ///
    /// OpenTelemetry has no null value: `.empty` is only for the elements of lists that come from elsewhere.
    @inline(__always)
    public func setAttribute(_ key: String, _ value: AttributeValue) {
        recording?.set(KeyValue(key: key, value: value))
    }

    /// Sets several attributes at once.
    public func setAttributes(_ attributes: [Attribute]) {
        recording?.set(attributes)
    }

    /// Adds an event.
    ///
    /// - Parameter time: Nanoseconds since 1970, UTC; now by default.
    public func addEvent(named name: String, attributes: [Attribute] = [], time: UInt64? = nil) {
        guard let recording else { return }
        recording.add(OTLP.SpanEvent(time: time ?? recording.now, name: name, attributes: attributes))
    }

    /// Adds a link to another span.
    public func addLink(_ link: Link) {
        recording?.add(link)
    }

    /// Sets the status. `ok` is final, and `error` takes the place of what was there unless that was `ok`; the
    /// description counts with `error` only (OpenTelemetry specification, Trace API, Set Status).
    public func setStatus(_ code: OTLP.SpanStatusCode, description: String = "") {
        recording?.set(OTLP.SpanStatus(message: description, code: code))
    }

    /// Records an error as an event named `exception`; attributes given here win over those from the error.
    ///
    /// - Parameter time: Nanoseconds since 1970, UTC; now by default.
    public func recordException(_ error: any Error, attributes: [Attribute] = [], time: UInt64? = nil) {
        guard recording != nil else { return }
        var all = ExceptionAttributes.attributes(of: error)
        for attribute in attributes {
            all.removeAll { $0.key == attribute.key }
            all.append(attribute)
        }
        addEvent(named: "exception", attributes: all, time: time)
    }

    func failed(_ error: any Error) {
        recordException(error)
        setStatus(.error)
    }

    /// Ends the span; only the first time counts.
    ///
    /// - Parameter time: Nanoseconds since 1970, UTC.
    public func end(time: UInt64) {
        recording?.end(at: time)
    }

    /// Ends the span now; only the first time counts.
    @inline(__always)
    public func end() {
        recording?.end(at: nil)
    }

    /// Runs an operation with this span as the active one; does not end it.
    public func makeActive<Result>(_ operation: () throws -> Result) rethrows -> Result {
        try InstrumentationContext.withValue(context, operation: operation)
    }

    /// Runs an operation with this span as the active one; does not end it.
    public func makeActive<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async throws -> Result
    ) async rethrows -> Result {
        try await InstrumentationContext.withValue(context, operation: operation)
    }
}
