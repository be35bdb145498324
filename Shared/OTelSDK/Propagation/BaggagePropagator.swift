public import Tracing

/// The `baggage` field (W3C Baggage).
public struct BaggagePropagator: TextMapPropagator {
    /// Creates the propagator.
    public init() {}

    /// The one field.
    public var fields: [String] { ["baggage"] }

    /// Takes the caller's baggage, if there is any that can be read.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "baggage", from: carrier) else { return }
        let baggage = Baggage(header: header)
        if !baggage.isEmpty { context.baggage = baggage }
    }

    /// Writes the context's baggage, if there is any.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        let baggage = context.baggage
        guard !baggage.isEmpty else { return }
        injector.inject(baggage.header, forKey: "baggage", into: &carrier)
    }
}
