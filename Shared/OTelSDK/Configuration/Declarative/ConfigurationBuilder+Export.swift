import CurlHTTP
import OTLP

extension ConfigurationBuilder {
    // MARK: Spans and logs

    func spanProcessor(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any SpanProcessor {
        let (name, place) = try place.choice()
        switch name {
        case "batch":
            return BatchSpanProcessor(try spanExporter(place), settings: try batches(place, BatchSettings()))
        case "simple": return SimpleSpanProcessor(try spanExporter(place))
        default: return try plugin(components.spanProcessors[name], place, "a span processor")
        }
    }

    func logProcessor(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any LogRecordProcessor {
        let (name, place) = try place.choice()
        switch name {
        case "batch":
            return BatchLogRecordProcessor(try logExporter(place), settings: try batches(place, .logs))
        case "simple": return SimpleLogRecordProcessor(try logExporter(place))
        default: return try plugin(components.logProcessors[name], place, "a log record processor")
        }
    }

    private func batches(
        _ place: ConfigurationPlace,
        _ defaults: BatchSettings
    ) throws(OTelConfigurationError) -> BatchSettings {
        var settings = defaults
        settings.scheduleDelay = try place.milliseconds("schedule_delay") ?? settings.scheduleDelay
        settings.exportTimeout = try place.milliseconds("export_timeout") ?? settings.exportTimeout
        settings.maximumQueueSize = try place.integer("max_queue_size", minimum: 1) ?? settings.maximumQueueSize
        settings.maximumExportBatchSize =
            try place.integer("max_export_batch_size", minimum: 1) ?? settings.maximumExportBatchSize
        return settings
    }

    private func exporter(
        _ place: ConfigurationPlace
    ) throws(OTelConfigurationError) -> (name: String, place: ConfigurationPlace) {
        guard let exporter = try place["exporter"] else { throw place.error("an exporter") }
        return try exporter.choice()
    }

    private func spanExporter(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any SpanExporter {
        let (name, place) = try exporter(place)
        switch name {
        case "otlp_http": return OTLPSpanExporter(try otlp(place, "v1/traces"))
        case "otlp_grpc": return OTLPSpanExporter(try otlp(place, nil))
        case "console": return ConsoleExporter()
        case "otlp_file/development", "otlp_file": return try file(place)
        default: return try plugin(components.spanExporters[name], place, "a span exporter")
        }
    }

    private func logExporter(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any LogRecordExporter {
        let (name, place) = try exporter(place)
        switch name {
        case "otlp_http": return OTLPLogRecordExporter(try otlp(place, "v1/logs"))
        case "otlp_grpc": return OTLPLogRecordExporter(try otlp(place, nil))
        case "console": return ConsoleExporter()
        case "otlp_file/development", "otlp_file": return try file(place)
        default: return try plugin(components.logExporters[name], place, "a log record exporter")
        }
    }

    /// - Parameter path: The signal's path in OTLP/HTTP; none in gRPC.
    private func otlp(
        _ place: ConfigurationPlace,
        _ path: String?
    ) throws(OTelConfigurationError) -> OTLPSettings {
        let url = try place.string("endpoint") ?? path.map { "http://localhost:4318/\($0)" } ?? "http://localhost:4317"
        guard CurlURL(url) != nil else {
            throw place.error("an endpoint that is a URL")
        }
        var settings = OTLPSettings(url: url, transport: path == nil ? .grpc : .httpProtobuf)
        if let list = try place.string("headers_list") {
            guard let pairs = EnvironmentReader.pairs(list) else { throw place.error("headers: key=value,key=value") }
            settings.headers = pairs
        }
        for header in try place.elements("headers") {
            guard let name = try header.string("name") else { throw header.error("a name and a value") }
            settings.headers.removeAll { $0.name == name }
            settings.headers.append((name, try header.string("value") ?? ""))
        }
        settings.timeout = try place.milliseconds("timeout") ?? settings.timeout
        if let name = try place.string("compression") {
            guard let compression = OTLPSettings.Compression(rawValue: name) else {
                throw place.error("compression: gzip or none")
            }
            settings.compression = compression
        }
        switch try place.string("encoding") {
        case nil: break
        case "protobuf" where path != nil: break
        case "json" where path != nil: settings.transport = .httpJSON
        default: throw place.error("encoding: protobuf or json")
        }
        let tls = try place.section("tls") ?? place
        settings.tls.certificateAuthority = try tls.string(of: "ca_file", "certificate_file")
        settings.tls.clientCertificate = try tls.string(of: "cert_file", "client_certificate_file")
        settings.tls.clientKey = try tls.string(of: "key_file", "client_key_file")
        return settings
    }

    private func file(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> OTLPFileExporter {
        var path = try place.string("output_stream") ?? "stdout"
        if path.hasPrefix("file://") { path.removeFirst(7) }
        do {
            return try OTLPFileExporter(
                path: path == "stdout" ? nil : path,
                preference: try preference(place)
            )
        } catch {
            throw place.error("an output_stream that can be written to")
        }
    }

    // MARK: Metrics

    func metricReader(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any MetricReader {
        let (name, place) = try place.choice()
        guard name == "periodic" else { return try plugin(components.metricReaders[name], place, "a metric reader") }
        return PeriodicMetricReader(
            try metricExporter(place),
            interval: try place.milliseconds("interval", minimum: 1) ?? .seconds(60),
            exportTimeout: try place.milliseconds("timeout") ?? .seconds(30),
            cardinalityLimit: try place.section("cardinality_limits")?.integer("default", minimum: 1) ?? 2_000,
            maximumBatchSize: try place.integer("max_export_batch_size", minimum: 1)
        )
    }

    private func metricExporter(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> any MetricExporter {
        let (name, place) = try exporter(place)
        switch name {
        case "otlp_http", "otlp_grpc":
            let aggregation: Aggregation
            switch try place.string("default_histogram_aggregation") {
            case nil, "explicit_bucket_histogram": aggregation = .explicitBucketHistogram()
            case "base2_exponential_bucket_histogram": aggregation = .exponentialHistogram()
            default: throw place.error("a default_histogram_aggregation that exists")
            }
            return OTLPMetricExporter(
                try otlp(place, name == "otlp_grpc" ? nil : "v1/metrics"),
                preference: try preference(place),
                histogramAggregation: aggregation
            )
        case "console": return ConsoleExporter()
        case "otlp_file/development", "otlp_file": return try file(place)
        default: return try plugin(components.metricExporters[name], place, "a metric exporter")
        }
    }

    private func preference(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> TemporalityPreference {
        switch try place.string("temporality_preference") {
        case nil, "cumulative": return .cumulative
        case "delta": return .delta
        case "low_memory", "lowmemory": return .lowMemory
        default: throw place.error("a temporality_preference: cumulative, delta or low_memory")
        }
    }

    func view(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> View {
        guard let selector = try place.section("selector") else { throw place.error("a selector") }
        var view = View(
            View.Selector(
                name: try selector.string("instrument_name"),
                unit: try selector.string("unit"),
                meterName: try selector.string("meter_name"),
                meterVersion: try selector.string("meter_version"),
                meterSchemaURL: try selector.string("meter_schema_url")
            )
        )
        if let name = try selector.string("instrument_type") {
            let kinds = InstrumentKind.allCases.first { Self.snakeCase($0.rawValue) == name }
            guard let kind = kinds else { throw selector.error("an instrument_type that exists") }
            view.selector.kind = kind
        }
        guard let stream = try place.section("stream") else { return view }
        view.name = try stream.string("name")
        view.description = try stream.string("description")
        view.cardinalityLimit = try stream.integer("aggregation_cardinality_limit", minimum: 1)
        let keys = try stream.section("attribute_keys")
        view.attributeKeys = try keys?.strings("included").map { Set($0) }
        view.excludedAttributeKeys = Set(try keys?.strings("excluded") ?? [])
        if let aggregation = try stream["aggregation"] { view.aggregation = try self.aggregation(aggregation) }
        return view
    }

    private func aggregation(_ place: ConfigurationPlace) throws(OTelConfigurationError) -> Aggregation {
        let (name, place) = try place.choice()
        let recordsMinMax = try place.flag("record_min_max") ?? true
        switch name {
        case "default": return .default
        case "drop": return .drop
        case "sum": return .sum
        case "last_value": return .lastValue
        case "explicit_bucket_histogram":
            let boundaries = try place.numbers("boundaries")
            if let complaint = boundaries.flatMap(Aggregation.complaint) {
                throw place.error("boundaries that \(complaint)")
            }
            return .explicitBucketHistogram(boundaries: boundaries, recordsMinMax: recordsMinMax)
        case "base2_exponential_bucket_histogram":
            return .exponentialHistogram(
                maximumSize: try place.integer("max_size", minimum: 2) ?? 160,
                maximumScale: try place.integer("max_scale", minimum: -10) ?? 20,
                recordsMinMax: recordsMinMax
            )
        default: throw place.error("an aggregation that exists")
        }
    }

    /// `upDownCounter` as `up_down_counter`.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
    }
}
