public import Tracing

/// The identity of the current span as W3C Trace Context writes it, obtained through the ecosystem's own injection so
/// that any tracing backend serves.
public struct TraceParent: Sendable, Equatable {
    /// The whole header: `00-<trace id>-<span id>-<flags>`.
    public let header: String

    /// The 32 hexadecimal digits of the trace id.
    public var traceID: String { String(header.dropFirst(3).prefix(32)) }

    /// The current task's span, or `nil` outside of any.
    public static var current: TraceParent? {
        ServiceContext.current.flatMap(TraceParent.init(of:))
    }

    /// The span that a context belongs to, or `nil` when there is none.
    public init?(of context: ServiceContext) {
        self.init(of: context, by: InstrumentationSystem.instrument)
    }

    init?(of context: ServiceContext, by instrument: any Instrument) {
        var header: String?
        instrument.inject(context, into: &header, using: TraceParentInjector())
        guard let header, header.utf8.count >= 55 else { return nil }
        self.header = header
    }
}

private struct TraceParentInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout String?) {
        if key == "traceparent" { carrier = value }
    }
}
