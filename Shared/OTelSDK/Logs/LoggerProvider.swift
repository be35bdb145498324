public import OTLP

/// Makes loggers and owns what they share: limits and processors (OpenTelemetry specification, Logs SDK,
/// LoggerProvider). Safe from any thread.
public final class LoggerProvider: Sendable {
    let pipeline: LogPipeline

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - resource: What emits the records.
    ///   - limits: How much one record may hold.
    ///   - processors: See each record, in this order. Without any, nothing is recorded.
    public init(
        resource: TelemetryResource = .empty,
        limits: LogRecordLimits = LogRecordLimits(),
        processors: [any LogRecordProcessor] = []
    ) {
        pipeline = LogPipeline(resource: resource, limits: limits.attributes, processors: processors)
    }

    /// A logger for one library.
    ///
    /// - Parameters:
    ///   - name: The library's name. An empty one works, and is reported.
    ///   - version: Its version.
    ///   - schemaURL: The schema of what it emits.
    ///   - attributes: What else is known of it.
    public func logger(
        _ name: String,
        version: String = "",
        schemaURL: String = "",
        attributes: [Attribute] = []
    ) -> OTelLogger {
        if name.isEmpty { Diagnostics.report(.warning, "A logger was asked for without the name of its library.") }
        return OTelLogger(
            pipeline: pipeline,
            scopeReference: ScopeReference(
                Scope(name: name, version: version, schemaURL: schemaURL, attributes: attributes)
            )
        )
    }

    /// Exports everything that was emitted.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        await Fleet.run(pipeline.processors, timeout: timeout) { await $0.forceFlush(timeout: $1) }
    }

    /// Exports everything that was emitted; what comes later is not recorded. Only the first call counts.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func shutdown(timeout: Duration = .seconds(30)) async -> Outcome {
        guard !pipeline.isShutDown.set() else { return .failure }
        return await Fleet.run(pipeline.processors, timeout: timeout) { await $0.shutdown(timeout: $1) }
    }
}
