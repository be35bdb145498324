public import Tracing

/// Sees spans start and end (OpenTelemetry specification, Trace SDK, Span processor). Its functions are called on the
/// thread that uses the span, several at once, and must neither block nor throw.
public protocol SpanProcessor: Sendable {
    /// Which of the calls it wants; all by default.
    var interests: SpanProcessorInterests { get }
    /// A span has started. It can be changed, and its parent's context is given in full.
    func onStart(_ span: OTelSpan, parent: InstrumentationContext?)
    /// A span is about to end: its end time is set, and it can be changed for the last time.
    func onEnding(_ span: OTelSpan)
    /// A span has ended.
    func onEnd(_ span: ReadableSpan)
    /// Exports everything that is still queued.
    func forceFlush(timeout: Duration) async -> Outcome
    /// Exports everything that is still queued and ignores later calls.
    func shutdown(timeout: Duration) async -> Outcome
}

/// Which calls a processor wants.
public struct SpanProcessorInterests: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int
    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `onStart`.
    public static let start = SpanProcessorInterests(rawValue: 1)
    /// `onEnding`.
    public static let ending = SpanProcessorInterests(rawValue: 2)
    /// `onEnd`.
    public static let end = SpanProcessorInterests(rawValue: 4)
    /// All of them.
    public static let all: SpanProcessorInterests = [.start, .ending, .end]
}

extension SpanProcessor {
    /// All calls.
    public var interests: SpanProcessorInterests { .all }
    /// Does nothing.
    public func onStart(_ span: OTelSpan, parent: InstrumentationContext?) {}
    /// Does nothing.
    public func onEnding(_ span: OTelSpan) {}
    /// Does nothing.
    public func onEnd(_ span: ReadableSpan) {}
    /// There is nothing to flush.
    public func forceFlush(timeout: Duration) async -> Outcome { .success }
    /// There is nothing to shut down.
    public func shutdown(timeout: Duration) async -> Outcome { .success }
}
