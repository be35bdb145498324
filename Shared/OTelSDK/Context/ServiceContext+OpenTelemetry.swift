public import Tracing

/// What the SDK keeps in a `ServiceContext`: one value under one key, since every further key costs each copy.
struct TelemetryContext: Sendable {
    var span: SpanContext?
    var baggage = Baggage()
}

private enum TelemetryContextKey: ServiceContextKey {
    typealias Value = TelemetryContext
    static var nameOverride: String? { "opentelemetry" }
}

extension ServiceContext {
    var telemetry: TelemetryContext? {
        get { self[TelemetryContextKey.self] }
        set { self[TelemetryContextKey.self] = newValue }
    }

    /// The span that this context belongs to, if any.
    public var spanContext: SpanContext? { telemetry?.span }

    /// The baggage that travels with this context.
    public var baggage: Baggage {
        get { telemetry?.baggage ?? Baggage() }
        set {
            var context = telemetry ?? TelemetryContext()
            context.baggage = newValue
            telemetry = context
        }
    }
}
