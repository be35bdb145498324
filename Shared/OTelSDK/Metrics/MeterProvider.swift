public import OTLP

/// Makes meters and owns what they share: views, readers, the exemplar filter (OpenTelemetry specification, Metrics
/// SDK, MeterProvider). Safe from any thread; there may be any number of providers.
public final class MeterProvider: Sendable {
    let registry: MetricRegistry
    let resource: TelemetryResource

    /// Creates a provider.
    ///
    /// - Parameters:
    ///   - resource: What emits the metrics.
    ///   - readers: Collect the metrics. Each sees all measurements, independently of the others.
    ///   - views: Change how instruments are aggregated. An instrument that several views select becomes several
    ///     metrics.
    ///   - exemplarFilter: Which measurements may become exemplars; those within a sampled span by default.
    public init(
        resource: TelemetryResource = .empty,
        readers: [any MetricReader] = [],
        views: [View] = [],
        exemplarFilter: ExemplarFilter = .traceBased
    ) {
        self.resource = resource
        registry = MetricRegistry(
            resource: resource.otlp,
            readers: readers,
            views: views,
            exemplarFilter: exemplarFilter
        )
        for (index, reader) in readers.enumerated() {
            reader.attach(MetricSource(registry: registry, schemaURL: resource.schemaURL, reader: index))
        }
    }

    /// How many measurements the instruments have refused: NaN and infinite ones, negative amounts of counters, and
    /// those by which a sum would have become larger than its type can hold.
    public var rejectedMeasurements: Int {
        MeasurementRejections.Cause.allCases.reduce(0) { $0 + registry.rejections.count(of: $1) }
    }

    /// A meter for one library.
    ///
    /// - Parameters:
    ///   - name: The library's name. An empty one works, keeps its name, and is reported.
    ///   - version: Its version.
    ///   - schemaURL: The schema of what it emits.
    ///   - attributes: What else is known of it.
    public func meter(
        _ name: String,
        version: String = "",
        schemaURL: String = "",
        attributes: [Attribute] = []
    ) -> OTelMeter {
        if name.isEmpty { Diagnostics.report(.warning, "A meter was asked for without the name of its library.") }
        return OTelMeter(
            registry: registry,
            scope: Scope(name: name, version: version, schemaURL: schemaURL, attributes: attributes)
        )
    }

    /// Has every reader collect and export now.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        await Fleet.run(registry.readers, timeout: timeout) { await $0.forceFlush(timeout: $1) }
    }

    /// Has every reader collect and export for the last time; measurements after that are not taken. Only the first
    /// call counts.
    ///
    /// - Parameter timeout: How long it may take; 30 s by default.
    public func shutdown(timeout: Duration = .seconds(30)) async -> Outcome {
        let outcome = await Fleet.run(registry.readers, timeout: timeout) { await $0.shutdown(timeout: $1) }
        return registry.isShutDown.set() ? .failure : outcome
    }
}
