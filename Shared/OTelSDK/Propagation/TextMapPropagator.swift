import Tracing

/// Carries context across a process boundary in text fields (OpenTelemetry specification, Propagators API).
protocol TextMapPropagator: Sendable {
    /// Takes what the carrier has into the context; what is malformed is as if it were not there.
    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout TelemetryContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier

    /// Writes the context into the carrier.
    func inject<Carrier, Inject: Injector>(
        _ context: TelemetryContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier
}
