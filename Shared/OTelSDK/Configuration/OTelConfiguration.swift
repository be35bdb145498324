public import CurlHTTP
import Glibc
public import OTLP

/// Everything that the SDK can be told (OpenTelemetry specification, Environment variables).
public struct OTelConfiguration: Sendable {
    /// How one signal leaves.
    public struct SignalExport: Sendable {
        /// Whether it leaves at all; `OTEL_*_EXPORTER=none` turns it off.
        public var isEnabled = true
        /// The whole URL, signal path included.
        public var url: String
        /// Further header fields, such as an authorization.
        public var headers: [(name: String, value: String)] = []
        /// How long one request may take; 10 s by default.
        public var timeout: Duration = .seconds(10)
        /// Whether bodies are compressed; `gzip` or `none`, the default.
        public var usesGzip = false
        /// Whether bodies are OTLP/JSON instead of protobuf, the default.
        public var usesJSON = false
        /// Certificates.
        public var tls = CurlTLS()
    }

    /// Whether the SDK does nothing at all (`OTEL_SDK_DISABLED`).
    public var isDisabled = false
    /// The service's name; `nil` when the environment names none.
    public var serviceName: String?
    /// The service's version; `nil` when nobody names one.
    public var serviceVersion: String?
    /// What else is known of the service (`OTEL_RESOURCE_ATTRIBUTES`).
    public var resourceAttributes: [KeyValue] = []
    /// Which traces are recorded; what the parent does, and everything without one, by default.
    public var sampler = Sampler.parentBased(root: .alwaysOn)
    /// How much one span may hold.
    public var spanLimits = SpanLimits()
    /// Whether trace context and baggage are propagated.
    public var propagators: Set<Propagator> = [.traceContext, .baggage]
    /// How spans leave.
    public var traces: SignalExport
    /// How metrics leave.
    public var metrics: SignalExport
    /// How log records leave.
    public var logs: SignalExport
    var spanQueue = BatchQueue<SpanRecord>.Limits()
    var logQueue = BatchQueue<ScopedLogRecord>.Limits(scheduleDelay: .seconds(1))
    /// How often metrics leave; every minute by default.
    public var metricInterval: Duration = .seconds(60)
    /// How long collecting and exporting metrics may take; 30 s by default.
    public var metricTimeout: Duration = .seconds(30)
    /// How long everything may take to leave at shutdown; 5 s by default.
    public var shutdownTimeout: Duration = .seconds(5)

    /// A way to carry context across processes.
    public enum Propagator: Sendable, Hashable {
        /// `traceparent` and `tracestate`.
        case traceContext
        /// `baggage`.
        case baggage
    }

    /// Reads the variables.
    ///
    /// - Parameter environment: The variables; those of this process by default.
    /// - Throws: ``OTelConfigurationError`` for a value that cannot be used.
    public static func fromEnvironment(
        _ environment: [String: String] = processEnvironment
    ) throws(OTelConfigurationError) -> OTelConfiguration {
        let reader = EnvironmentReader(variables: environment)
        var configuration = OTelConfiguration(
            traces: try signal("TRACES", path: "v1/traces", reader),
            metrics: try signal("METRICS", path: "v1/metrics", reader),
            logs: try signal("LOGS", path: "v1/logs", reader)
        )
        configuration.isDisabled = reader.flag("OTEL_SDK_DISABLED")
        configuration.resourceAttributes = try reader.pairs("OTEL_RESOURCE_ATTRIBUTES", isSecret: false)
            .map { KeyValue(key: $0.name, value: .string($0.value)) }
        configuration.serviceName = reader.string("OTEL_SERVICE_NAME") ?? configuration.attribute("service.name")
        configuration.sampler = try sampler(reader)
        configuration.propagators = try propagators(reader)
        try configuration.readLimits(reader)
        return configuration
    }

    private func attribute(_ key: String) -> String? {
        guard case .string(let value)? = resourceAttributes.last(where: { $0.key == key })?.value else { return nil }
        return value
    }

    private mutating func readLimits(_ reader: EnvironmentReader) throws(OTelConfigurationError) {
        spanQueue.scheduleDelay = try reader.milliseconds("OTEL_BSP_SCHEDULE_DELAY", default: 5_000)
        spanQueue.queueSize = try reader.integer("OTEL_BSP_MAX_QUEUE_SIZE", default: 2_048, minimum: 1)
        spanQueue.batchSize = min(
            spanQueue.queueSize,
            try reader.integer("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", default: 512, minimum: 1)
        )
        logQueue.scheduleDelay = try reader.milliseconds("OTEL_BLRP_SCHEDULE_DELAY", default: 1_000)
        logQueue.queueSize = try reader.integer("OTEL_BLRP_MAX_QUEUE_SIZE", default: 2_048, minimum: 1)
        logQueue.batchSize = min(
            logQueue.queueSize,
            try reader.integer("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", default: 512, minimum: 1)
        )
        metricInterval = try reader.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", default: 60_000)
        metricTimeout = try reader.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT", default: 30_000)

        let attributes = try reader.integer("OTEL_ATTRIBUTE_COUNT_LIMIT", default: 128)
        let length = try reader.integer("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", default: -1, minimum: -1)
        let spanLength = try reader.integer("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", default: length, minimum: -1)
        spanLimits.attributeCount = try reader.integer("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", default: attributes)
        spanLimits.attributeValueLength = spanLength < 0 ? nil : spanLength
        spanLimits.eventCount = try reader.integer("OTEL_SPAN_EVENT_COUNT_LIMIT", default: 128)
        spanLimits.linkCount = try reader.integer("OTEL_SPAN_LINK_COUNT_LIMIT", default: 128)
        spanLimits.attributePerEventCount = try reader.integer("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", default: 128)
        spanLimits.attributePerLinkCount = try reader.integer("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", default: 128)
    }

    private static func signal(
        _ name: String,
        path: String,
        _ reader: EnvironmentReader
    ) throws(OTelConfigurationError) -> SignalExport {
        func own(_ variable: String) -> String? {
            let specific = "OTEL_EXPORTER_OTLP_\(name)_\(variable)"
            return reader.string(specific) == nil ? nil : specific
        }
        func either(_ variable: String) -> String { own(variable) ?? "OTEL_EXPORTER_OTLP_\(variable)" }

        let url: String
        if let specific = own("ENDPOINT").flatMap(reader.string) {
            url = specific
        } else {
            let base = reader.string("OTEL_EXPORTER_OTLP_ENDPOINT") ?? "http://localhost:4318"
            url = base.hasSuffix("/") ? base + path : "\(base)/\(path)"
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw OTelConfigurationError(
                variable: either("ENDPOINT"),
                allowed: "a URL such as http://localhost:4318",
                value: url
            )
        }
        var export = SignalExport(url: url)
        export.isEnabled = try reader.choice(
            "OTEL_\(name)_EXPORTER",
            default: true,
            [("otlp", true), ("none", false)]
        )
        export.headers = try reader.pairs(either("HEADERS"), isSecret: true)
        export.timeout = try reader.milliseconds(either("TIMEOUT"), default: 10_000)
        export.usesGzip = try reader.choice(either("COMPRESSION"), default: false, [("none", false), ("gzip", true)])
        export.usesJSON = try reader.choice(
            either("PROTOCOL"),
            default: false,
            [("http/protobuf", false), ("http/json", true)]
        )
        export.tls = CurlTLS(
            certificateAuthorityFile: reader.string(either("CERTIFICATE")),
            clientCertificateFile: reader.string(either("CLIENT_CERTIFICATE")),
            clientKeyFile: reader.string(either("CLIENT_KEY"))
        )
        return export
    }

    private static func sampler(_ reader: EnvironmentReader) throws(OTelConfigurationError) -> Sampler {
        var ratio = 1.0
        if let text = reader.string("OTEL_TRACES_SAMPLER_ARG") {
            guard let number = Double(text), (0...1).contains(number) else {
                throw OTelConfigurationError(
                    variable: "OTEL_TRACES_SAMPLER_ARG",
                    allowed: "a number from 0 to 1",
                    value: text
                )
            }
            ratio = number
        }
        return try reader.choice(
            "OTEL_TRACES_SAMPLER",
            default: .parentBased(root: .alwaysOn),
            [
                ("always_on", .alwaysOn),
                ("always_off", .alwaysOff),
                ("traceidratio", .traceIDRatio(ratio)),
                ("parentbased_always_on", .parentBased(root: .alwaysOn)),
                ("parentbased_always_off", .parentBased(root: .alwaysOff)),
                ("parentbased_traceidratio", .parentBased(root: .traceIDRatio(ratio))),
            ]
        )
    }

    private static func propagators(
        _ reader: EnvironmentReader
    ) throws(OTelConfigurationError) -> Set<Propagator> {
        guard let text = reader.string("OTEL_PROPAGATORS") else { return [.traceContext, .baggage] }
        var propagators: Set<Propagator> = []
        for name in text.split(separator: ",").map({ $0.trimmingBlanks }) {
            switch name {
            case "tracecontext": propagators.insert(.traceContext)
            case "baggage": propagators.insert(.baggage)
            case "none": break
            default:
                throw OTelConfigurationError(
                    variable: "OTEL_PROPAGATORS",
                    allowed: "a list of tracecontext, baggage, none",
                    value: text
                )
            }
        }
        return propagators
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
