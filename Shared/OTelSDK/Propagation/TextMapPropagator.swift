public import Tracing

/// Carries context across a process boundary in text fields (OpenTelemetry specification, Propagators API).
public protocol TextMapPropagator: Sendable {
    /// The names of the fields that it may write.
    var fields: [String] { get }

    /// Takes what the carrier has into the context; what is malformed counts as absent. The extractor is asked with
    /// lower-case names and joins fields that came several times by commas.
    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier

    /// Writes the context into the carrier.
    func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier
}

/// Several propagators as one: each extracts and injects in turn (OpenTelemetry specification, Composite Propagator).
public struct CompositePropagator: TextMapPropagator {
    private let propagators: [any TextMapPropagator]

    /// Creates a propagator; none of the parts makes one that does nothing.
    public init(_ propagators: [any TextMapPropagator]) {
        self.propagators = propagators
    }

    /// The fields of all parts.
    public var fields: [String] { propagators.flatMap(\.fields) }

    /// Extracts by each part in turn.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        for propagator in propagators { propagator.extract(carrier, into: &context, using: extractor) }
    }

    /// Injects by each part in turn.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        for propagator in propagators { propagator.inject(context, into: &carrier, using: injector) }
    }
}
