import Tracing

/// Suppresses instrumentation of the SDK's own work: exporting belongs to no span and makes none.
enum InstrumentationSuppression {
    static func run<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async -> Result
    ) async -> Result {
        await InstrumentationContext.withValue(nil, operation: operation)
    }
}
