import CurlHTTP

/// The three providers of one configuration, without the ecosystem's global state
/// (OpenTelemetry specification, Declarative configuration, Create).
public struct OTelProviders: Sendable {
    /// Makes tracers.
    public let tracerProvider: TracerProvider
    /// Makes meters.
    public let meterProvider: MeterProvider
    /// Makes loggers.
    public let loggerProvider: LoggerProvider
    /// Carry context across processes.
    public let propagators: [any TextMapPropagator]
    private let shutdownTimeout: Duration

    /// Makes the providers.
    ///
    /// - Parameter configuration: The settings.
    /// - Throws: ``OTelConfigurationError`` for a file that telemetry cannot be written to.
    public init(_ configuration: OTelConfiguration) throws(OTelConfigurationError) {
        Diagnostics.threshold = Diagnostics.Level(configuration.logLevel)
        for problem in configuration.problems { Diagnostics.report(.warning, problem) }
        propagators = configuration.propagators
        shutdownTimeout = configuration.shutdownTimeout
        let resource = configuration.resource
        let client = CurlClient()

        var spanProcessors: [any SpanProcessor] = []
        var logProcessors: [any LogRecordProcessor] = []
        var readers: [any MetricReader] = []
        if !configuration.isDisabled {
            spanProcessors = try Self.spanProcessors(configuration, client)
            logProcessors = try Self.logProcessors(configuration, client)
            readers = try Self.metricReaders(configuration, client)
        }
        tracerProvider =
            configuration.isDisabled
            ? .disabled(configuration.propagators)
            : TracerProvider(
                resource: resource,
                sampler: configuration.sampler,
                limits: configuration.spanLimits,
                processors: spanProcessors,
                propagators: configuration.propagators
            )
        loggerProvider = LoggerProvider(
            resource: resource,
            limits: configuration.logRecordLimits,
            processors: logProcessors
        )
        meterProvider = MeterProvider(
            resource: resource,
            readers: readers,
            views: configuration.views,
            exemplarFilter: configuration.exemplarFilter
        )
        if configuration.measuresItself, !readers.isEmpty {
            SelfObservation.observe(tracerProvider, loggerProvider, by: meterProvider)
        }
    }

    /// Exports everything that was recorded so far.
    public func forceFlush(timeout: Duration = .seconds(30)) async -> Outcome {
        async let traces = tracerProvider.forceFlush(timeout: timeout)
        async let logs = loggerProvider.forceFlush(timeout: timeout)
        async let metrics = meterProvider.forceFlush(timeout: timeout)
        return await traces.and(logs).and(metrics)
    }

    /// Exports everything that was recorded so far, and records nothing from now on.
    ///
    /// - Parameter timeout: How long it may take; as configured by default.
    public func shutdown(timeout: Duration? = nil) async -> Outcome {
        let timeout = timeout ?? shutdownTimeout
        async let traces = tracerProvider.shutdown(timeout: timeout)
        async let logs = loggerProvider.shutdown(timeout: timeout)
        async let metrics = meterProvider.shutdown(timeout: timeout)
        return await traces.and(logs).and(metrics)
    }

    private static func spanProcessors(
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) throws(OTelConfigurationError) -> [any SpanProcessor] {
        var processors = configuration.spanProcessors
        for destination in configuration.traces.destinations {
            switch destination {
            case .otlp:
                let exporter = OTLPSpanExporter(configuration.traces.otlp, client: client)
                processors.append(BatchSpanProcessor(exporter, settings: configuration.spanBatches))
            case .console: processors.append(SimpleSpanProcessor(ConsoleExporter()))
            case .otlpStandardOutput, .otlpFile:
                processors.append(
                    BatchSpanProcessor(
                        try file(destination, configuration),
                        settings: configuration.spanBatches
                    )
                )
            }
        }
        return processors
    }

    private static func logProcessors(
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) throws(OTelConfigurationError) -> [any LogRecordProcessor] {
        var processors = configuration.logRecordProcessors
        for destination in configuration.logs.destinations {
            switch destination {
            case .otlp:
                let exporter = OTLPLogRecordExporter(configuration.logs.otlp, client: client)
                processors.append(BatchLogRecordProcessor(exporter, settings: configuration.logBatches))
            case .console: processors.append(SimpleLogRecordProcessor(ConsoleExporter()))
            case .otlpStandardOutput, .otlpFile:
                processors.append(
                    BatchLogRecordProcessor(
                        try file(destination, configuration),
                        settings: configuration.logBatches
                    )
                )
            }
        }
        return processors
    }

    private static func metricReaders(
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) throws(OTelConfigurationError) -> [any MetricReader] {
        var readers = configuration.metricReaders
        for destination in configuration.metrics.destinations {
            let exporter: any MetricExporter
            switch destination {
            case .otlp:
                exporter = OTLPMetricExporter(
                    configuration.metrics.otlp,
                    preference: configuration.temporalityPreference,
                    histogramAggregation: configuration.histogramAggregation,
                    client: client
                )
            case .console: exporter = ConsoleExporter()
            case .otlpStandardOutput, .otlpFile: exporter = try file(destination, configuration)
            }
            readers.append(
                PeriodicMetricReader(
                    exporter,
                    interval: configuration.metricInterval,
                    exportTimeout: configuration.metricTimeout,
                    cardinalityLimit: configuration.metricCardinalityLimit
                )
            )
        }
        return readers
    }

    private static func file(
        _ destination: SignalExport.Destination,
        _ configuration: OTelConfiguration
    ) throws(OTelConfigurationError) -> OTLPFileExporter {
        var path: String?
        if case .otlpFile(let name) = destination { path = name }
        do {
            return try OTLPFileExporter(path: path, preference: configuration.temporalityPreference)
        } catch {
            throw OTelConfigurationError(
                variable: "output_stream",
                allowed: "a file in a folder that may be written to",
                value: path
            )
        }
    }
}

extension Diagnostics.Level {
    /// The level that `OTEL_LOG_LEVEL` names.
    init(_ name: String) {
        switch name.lowercased() {
        case "none", "off": self = .none
        case "error", "fatal": self = .error
        case "warn", "warning": self = .warning
        case "debug", "trace": self = .debug
        default: self = .info
        }
    }
}
