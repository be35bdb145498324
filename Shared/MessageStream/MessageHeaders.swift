public import Tracing

/// The propagation fields of a message.
public enum MessageHeaders {
    /// The current trace and baggage, as a message carries them; empty outside of any.
    public static var current: [String: String] {
        ServiceContext.current.map(of) ?? [:]
    }

    /// A context as a message carries it.
    public static func of(_ context: ServiceContext) -> [String: String] {
        var headers: [String: String] = [:]
        InstrumentationSystem.instrument.inject(context, into: &headers, using: Fields())
        return headers
    }

    /// The context that a message carries.
    static func context(of headers: [String: String]) -> ServiceContext {
        var context = ServiceContext.topLevel
        InstrumentationSystem.instrument.extract(headers, into: &context, using: Fields())
        return context
    }

    private struct Fields: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    }
}
