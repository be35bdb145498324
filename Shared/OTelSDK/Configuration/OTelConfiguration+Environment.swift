import CurlHTTP
import OTLP

extension OTelConfiguration {
    /// Reads the `OTEL_*` variables, or the file that `OTEL_CONFIG_FILE` names, in which case the other variables count
    /// only where the file mentions them.
    ///
    /// A value that cannot be used is reported at bootstrap and the default is used, as OpenTelemetry wants it. An
    /// endpoint that is no URL and a file that cannot be read are errors: nothing could be exported.
    ///
    /// - Parameter environment: The variables; those of this process by default.
    /// - Throws: ``OTelConfigurationError``.
    public static func fromEnvironment(
        _ environment: [String: String] = processEnvironment
    ) throws(OTelConfigurationError) -> OTelConfiguration {
        let reader = EnvironmentReader(environment)
        if let file = reader.first(["OTEL_CONFIG_FILE", "OTEL_EXPERIMENTAL_CONFIG_FILE"]) {
            return try fromFile(file.value, environment: environment)
        }
        var configuration = OTelConfiguration()
        configuration.isDisabled = reader.flag("OTEL_SDK_DISABLED")
        configuration.logLevel =
            reader.choice(
                ["OTEL_LOG_LEVEL"],
                ["none", "off", "error", "warn", "warning", "info", "debug", "trace"].map { ($0, $0) }
            ) ?? "info"
        configuration.resourceAttributes = reader.attributes("OTEL_RESOURCE_ATTRIBUTES")
        configuration.serviceName = reader.string("OTEL_SERVICE_NAME") ?? configuration.named("service.name")
        if let propagators = reader.list("OTEL_PROPAGATORS") {
            configuration.propagators = Self.propagators(propagators) {
                reader.report("OTEL_PROPAGATORS", $0, "a list of tracecontext, baggage, b3, b3multi, jaeger, none")
            }
        }
        configuration.readSampler(reader)
        configuration.readLimits(reader)
        configuration.readBatches(reader)
        configuration.readMetrics(reader)
        configuration.traces = try signal("TRACES", "v1/traces", reader)
        configuration.metrics = try signal("METRICS", "v1/metrics", reader)
        configuration.logs = try signal("LOGS", "v1/logs", reader)
        configuration.problems = reader.problems
        return configuration
    }

    private func named(_ key: String) -> String? {
        guard case .string(let value)? = resourceAttributes.last(where: { $0.key == key })?.value else { return nil }
        return value
    }

    /// The propagators with these names; `none` makes the list empty.
    static func propagators(_ names: [String], unknown: (String) -> Void) -> [any TextMapPropagator] {
        if names.contains("none") { return [] }
        var seen = Set<String>()
        return names.compactMap { name -> (any TextMapPropagator)? in
            guard seen.insert(name).inserted else { return nil }
            switch name {
            case "tracecontext": return TraceContextPropagator()
            case "baggage": return BaggagePropagator()
            case "b3": return B3Propagator(.single)
            case "b3multi": return B3Propagator(.multiple)
            case "jaeger": return JaegerPropagator()
            default:
                unknown(name)
                return nil
            }
        }
    }

    private mutating func readSampler(_ reader: EnvironmentReader) {
        func ratio() -> Double { reader.number("OTEL_TRACES_SAMPLER_ARG", in: 0...1) ?? 1 }
        let names = [
            "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
            "parentbased_traceidratio",
        ]
        switch reader.choice(["OTEL_TRACES_SAMPLER"], names.map { ($0, $0) }) {
        case "always_on": sampler = AlwaysOnSampler()
        case "always_off": sampler = AlwaysOffSampler()
        case "traceidratio": sampler = TraceIDRatioBasedSampler(ratio: ratio())
        case "parentbased_always_off": sampler = ParentBasedSampler(root: AlwaysOffSampler())
        case "parentbased_traceidratio":
            sampler = ParentBasedSampler(root: TraceIDRatioBasedSampler(ratio: ratio()))
        default: sampler = ParentBasedSampler(root: AlwaysOnSampler())
        }
    }

    private mutating func readLimits(_ reader: EnvironmentReader) {
        let count = "OTEL_ATTRIBUTE_COUNT_LIMIT"
        let length = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"
        spanLimits.attributeCount = reader.integer("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count) ?? 128
        spanLimits.attributeValueLength = reader.integer("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length)
        spanLimits.eventCount = reader.integer("OTEL_SPAN_EVENT_COUNT_LIMIT") ?? 128
        spanLimits.linkCount = reader.integer("OTEL_SPAN_LINK_COUNT_LIMIT") ?? 128
        spanLimits.attributePerEventCount = reader.integer("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT") ?? 128
        spanLimits.attributePerLinkCount = reader.integer("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT") ?? 128
        logRecordLimits.attributeCount = reader.integer("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", count) ?? 128
        logRecordLimits.attributeValueLength = reader.integer("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", length)
    }

    private mutating func readBatches(_ reader: EnvironmentReader) {
        func read(_ prefix: String, _ settings: inout BatchSettings) {
            settings.scheduleDelay = reader.milliseconds("\(prefix)_SCHEDULE_DELAY") ?? settings.scheduleDelay
            settings.exportTimeout = reader.milliseconds("\(prefix)_EXPORT_TIMEOUT") ?? settings.exportTimeout
            settings.maximumQueueSize =
                reader.integer("\(prefix)_MAX_QUEUE_SIZE", minimum: 1) ?? settings.maximumQueueSize
            settings.maximumExportBatchSize =
                reader.integer("\(prefix)_MAX_EXPORT_BATCH_SIZE", minimum: 1) ?? settings.maximumExportBatchSize
        }
        read("OTEL_BSP", &spanBatches)
        read("OTEL_BLRP", &logBatches)
    }

    private mutating func readMetrics(_ reader: EnvironmentReader) {
        metricInterval = reader.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", minimum: 1) ?? metricInterval
        metricTimeout = reader.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT") ?? metricTimeout
        exemplarFilter =
            reader.choice(
                ["OTEL_METRICS_EXEMPLAR_FILTER"],
                [("always_on", .alwaysOn), ("always_off", .alwaysOff), ("trace_based", .traceBased)]
            ) ?? .traceBased
        temporalityPreference =
            reader.choice(
                ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"],
                [("cumulative", .cumulative), ("delta", .delta), ("lowmemory", .lowMemory)]
            ) ?? .cumulative
        histogramAggregation =
            reader.choice(
                ["OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"],
                [
                    ("explicit_bucket_histogram", Aggregation.explicitBucketHistogram()),
                    ("base2_exponential_bucket_histogram", .exponentialHistogram()),
                ]
            ) ?? .explicitBucketHistogram()
    }

    private static func signal(
        _ name: String,
        _ path: String,
        _ reader: EnvironmentReader
    ) throws(OTelConfigurationError) -> SignalExport {
        func names(_ variable: String) -> [String] {
            ["OTEL_EXPORTER_OTLP_\(name)_\(variable)", "OTEL_EXPORTER_OTLP_\(variable)"]
        }
        let transport =
            reader.choice(
                names("PROTOCOL"),
                [OTLPSettings.Transport.httpProtobuf, .httpJSON, .grpc].map { ($0.rawValue, $0) }
            ) ?? .httpProtobuf
        let own = reader.string("OTEL_EXPORTER_OTLP_\(name)_ENDPOINT")
        let given = own ?? reader.string("OTEL_EXPORTER_OTLP_ENDPOINT")
        let endpoint: String
        if transport == .grpc {
            endpoint = grpcEndpoint(given ?? "http://localhost:4317", isInsecure: reader.flag(names("INSECURE")))
        } else {
            endpoint = own.map { withPath($0) } ?? url(given ?? "http://localhost:4318", path)
        }
        guard CurlURL(endpoint) != nil else {
            throw OTelConfigurationError(
                variable: own == nil ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "OTEL_EXPORTER_OTLP_\(name)_ENDPOINT",
                allowed: "a URL such as http://localhost:\(transport == .grpc ? "4317" : "4318")",
                value: given.flatMap { SecretText.shown($0) }
            )
        }
        var settings = OTLPSettings(url: endpoint, transport: transport)
        if reader.string(names("HEADERS")[0]) != nil {
            settings.headers = reader.pairs(names("HEADERS")[0], isSecret: true)
        } else {
            settings.headers = reader.pairs(names("HEADERS")[1], isSecret: true)
        }
        settings.timeout = reader.milliseconds(names("TIMEOUT")[0], names("TIMEOUT")[1]) ?? .seconds(10)
        settings.compression = reader.choice(names("COMPRESSION"), [("none", .none), ("gzip", .gzip)]) ?? .none
        settings.tls.certificateAuthority = reader.first(names("CERTIFICATE"))?.value
        settings.tls.clientCertificate = reader.first(names("CLIENT_CERTIFICATE"))?.value
        settings.tls.clientKey = reader.first(names("CLIENT_KEY"))?.value

        var export = SignalExport(otlp: settings)
        if let destinations = reader.list("OTEL_\(name)_EXPORTER") {
            export.destinations = Self.destinations(destinations) {
                reader.report("OTEL_\(name)_EXPORTER", $0, "a list of otlp, console, otlp/stdout, none")
            }
        }
        return export
    }

    private static func destinations(_ names: [String], unknown: (String) -> Void) -> [SignalExport.Destination] {
        if names.contains("none") { return [] }
        let found = names.compactMap { name -> SignalExport.Destination? in
            switch name {
            case "otlp": return .otlp
            case "console", "logging": return .console
            case "otlp/stdout": return .otlpStandardOutput
            default:
                unknown(name)
                return nil
            }
        }
        // A list of which nothing can be used is as if it were not set.
        return found.isEmpty ? [.otlp] : found
    }

    /// gRPC needs no path, and no scheme either: whether there is TLS is said beside it then.
    private static func grpcEndpoint(_ endpoint: String, isInsecure: Bool) -> String {
        guard let scheme = endpoint.firstRange(of: "://") else {
            return "\(isInsecure ? "http" : "https")://\(endpoint)"
        }
        let authority = endpoint[scheme.upperBound...].prefix { !"/?#".contains($0) }
        return String(endpoint[..<scheme.upperBound] + authority)
    }

    /// A signal's own endpoint is used as it is, with the path `/` when it has none.
    private static func withPath(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        return url[scheme.upperBound...].contains("/") ? url : "\(url)/"
    }
}
