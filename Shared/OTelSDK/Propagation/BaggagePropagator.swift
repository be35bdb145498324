import Tracing

/// The `baggage` field (W3C Baggage).
struct BaggagePropagator: TextMapPropagator {
    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout TelemetryContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let header = extractor.extract(key: "baggage", from: carrier) else { return }
        let baggage = Baggage(header: header)
        if !baggage.isEmpty { context.baggage = baggage }
    }

    func inject<Carrier, Inject: Injector>(
        _ context: TelemetryContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard !context.baggage.isEmpty else { return }
        injector.inject(context.baggage.header, forKey: "baggage", into: &carrier)
    }
}
