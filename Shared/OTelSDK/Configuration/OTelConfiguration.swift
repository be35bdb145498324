import Glibc
public import OTLP

/// All settings of the SDK (OpenTelemetry specification, Environment variables and Declarative
/// configuration).
public struct OTelConfiguration: Sendable {
    /// Whether the SDK records nothing; context is still propagated (`OTEL_SDK_DISABLED`).
    public var isDisabled = false
    /// The service's name; `nil` when the environment names none (`OTEL_SERVICE_NAME`).
    public var serviceName: String?
    /// The service's version; `nil` when unknown.
    public var serviceVersion: String?
    /// What else is known of the service (`OTEL_RESOURCE_ATTRIBUTES`).
    public var resourceAttributes: [Attribute] = []
    /// The schema of those attributes.
    public var resourceSchemaURL = ""
    /// The detectors that describe the process and its environment.
    public var resourceDetectors: [any ResourceDetector] = OTelConfiguration.standardDetectors
    /// How much the SDK says on standard error, by `OTEL_LOG_LEVEL`: `none`, `error`, `warn`, `info`, `debug`.
    public var logLevel: String = "info"
    /// What is read from and written into requests (`OTEL_PROPAGATORS`).
    public var propagators: [any TextMapPropagator] = [TraceContextPropagator(), BaggagePropagator()]

    /// Which spans are recorded (`OTEL_TRACES_SAMPLER`).
    public var sampler: any Sampler = ParentBasedSampler()
    /// How much one span may hold.
    public var spanLimits = SpanLimits()
    /// How spans are gathered (`OTEL_BSP_*`).
    public var spanBatches = BatchSettings()
    /// Where spans go.
    public var traces: SignalExport
    /// Further span processors, which come before those that export.
    public var spanProcessors: [any SpanProcessor] = []
    /// Further readers of metrics.
    public var metricReaders: [any MetricReader] = []
    /// Further log record processors, which come before those that export.
    public var logRecordProcessors: [any LogRecordProcessor] = []

    /// How much one log record may hold.
    public var logRecordLimits = LogRecordLimits()
    /// How log records are gathered (`OTEL_BLRP_*`).
    public var logBatches = BatchSettings.logs
    /// Where log records go.
    public var logs: SignalExport

    /// Where metrics go.
    public var metrics: SignalExport
    /// How often metrics leave; every minute by default (`OTEL_METRIC_EXPORT_INTERVAL`).
    public var metricInterval: Duration = .seconds(60)
    /// How long exporting metrics may take; 30 s by default, zero for no limit (`OTEL_METRIC_EXPORT_TIMEOUT`).
    public var metricTimeout: Duration = .seconds(30)
    /// How many series a metric may have; 2000 by default.
    public var metricCardinalityLimit = 2_000
    /// Since when sums and histograms count.
    public var temporalityPreference = TemporalityPreference.cumulative
    /// What histograms become.
    public var histogramAggregation = Aggregation.explicitBucketHistogram()
    /// Which measurements may become exemplars (`OTEL_METRICS_EXEMPLAR_FILTER`).
    public var exemplarFilter = ExemplarFilter.traceBased
    /// Views, which change how instruments are aggregated.
    public var views: [View] = []
    /// Whether the SDK measures itself: `otel.sdk.*`; it does by default.
    public var measuresItself = true

    /// How long the flush at shutdown may take; 5 s by default.
    public var shutdownTimeout: Duration = .seconds(5)
    /// Settings that could not be used, one line each; printed at bootstrap.
    public var problems: [String] = []

    /// Creates the defaults: everything goes to an OTLP endpoint on this machine.
    ///
    /// - Parameter endpoint: Its base URL; `http://localhost:4318` by default.
    public init(endpoint: String = "http://localhost:4318") {
        traces = SignalExport(otlp: OTLPSettings(url: Self.url(endpoint, "v1/traces")))
        metrics = SignalExport(otlp: OTLPSettings(url: Self.url(endpoint, "v1/metrics")))
        logs = SignalExport(otlp: OTLPSettings(url: Self.url(endpoint, "v1/logs")))
    }

    /// The detectors that are used by default.
    public static var standardDetectors: [any ResourceDetector] {
        [
            SDKResourceDetector(), ServiceResourceDetector(), ProcessResourceDetector(), HostResourceDetector(),
            OSResourceDetector(), ContainerResourceDetector(),
        ]
    }

    /// The resource of all telemetry: detected attributes, overridden by configured ones.
    public var resource: TelemetryResource {
        var resource = resourceDetectors.reduce(TelemetryResource.empty) { $0.merging($1.detect()) }
        resource = resource.merging(TelemetryResource(resourceAttributes, schemaURL: resourceSchemaURL))
        var own: [Attribute] = []
        if let serviceName { own.append(Attribute("service.name", .string(serviceName))) }
        if let serviceVersion, resource["service.version"] == nil {
            own.append(Attribute("service.version", .string(serviceVersion)))
        }
        return resource.merging(TelemetryResource(own))
    }

    static func url(_ base: String, _ path: String) -> String {
        base.hasSuffix("/") ? base + path : "\(base)/\(path)"
    }

    /// The variables of this process.
    public static var processEnvironment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }
}
