import Foundation
import OTLP
import OTelSDK
import Testing

@Suite("OTEL_* variables")
struct EnvironmentTests {
    private func read(_ environment: [String: String] = [:]) throws -> OTelConfiguration {
        try OTelConfiguration.fromEnvironment(environment)
    }

    @Test("have the specification's defaults; empty ones count as unset")
    func defaults() throws {
        let names = [
            "OTEL_SDK_DISABLED", "OTEL_PROPAGATORS", "OTEL_TRACES_SAMPLER", "OTEL_BSP_SCHEDULE_DELAY",
            "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS",
        ]
        for environment in [[:], Dictionary(uniqueKeysWithValues: names.map { ($0, "") })] {
            let configuration = try read(environment)
            #expect(!configuration.isDisabled)
            #expect(configuration.propagators.flatMap(\.fields) == ["traceparent", "tracestate", "baggage"])
            #expect(configuration.sampler.description == "ParentBased{root:AlwaysOnSampler}")
            #expect(configuration.spanBatches == BatchSettings())
            #expect(configuration.spanBatches.scheduleDelay == .seconds(5))
            #expect(configuration.spanBatches.exportTimeout == .seconds(30))
            #expect(configuration.spanBatches.maximumQueueSize == 2_048)
            #expect(configuration.spanBatches.maximumExportBatchSize == 512)
            #expect(configuration.logBatches.scheduleDelay == .seconds(1))
            #expect(configuration.spanLimits == SpanLimits())
            #expect(configuration.traces.destinations == [.otlp])
            #expect(configuration.traces.otlp.url == "http://localhost:4318/v1/traces")
            #expect(configuration.metrics.otlp.url == "http://localhost:4318/v1/metrics")
            #expect(configuration.logs.otlp.url == "http://localhost:4318/v1/logs")
            #expect(configuration.traces.otlp.timeout == .seconds(10))
            #expect(
                configuration.traces.otlp.compression == .none && configuration.traces.otlp.transport == .httpProtobuf
            )
            #expect(configuration.metricInterval == .seconds(60) && configuration.metricTimeout == .seconds(30))
            #expect(configuration.exemplarFilter == .traceBased)
            #expect(configuration.temporalityPreference == .cumulative)
            #expect(configuration.problems.isEmpty)
        }
    }

    @Test("of the exporter count by signal first, then for all")
    func exporters() throws {
        let configuration = try read([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "https://all.example:4318/base/",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://traces.example",
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://logs.example/own/path",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=all%20secret, x = y",
            "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "api-key=logs",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "2000", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT": "3000",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "none",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "HTTP/JSON", "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca", "OTEL_EXPORTER_OTLP_CLIENT_KEY": "/key",
            "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE": "/cert",
            "OTEL_TRACES_EXPORTER": "otlp,console", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "Console",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "Delta",
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
        ])
        #expect(configuration.traces.otlp.url == "http://traces.example/", "its own endpoint is used as it is")
        #expect(configuration.metrics.otlp.url == "https://all.example:4318/base/v1/metrics")
        #expect(configuration.logs.otlp.url == "http://logs.example/own/path")
        #expect(configuration.traces.otlp.headers.map(\.value) == ["all secret", "y"])
        #expect(configuration.logs.otlp.headers.map(\.value) == ["logs"])
        #expect(configuration.traces.otlp.timeout == .seconds(2) && configuration.metrics.otlp.timeout == .seconds(3))
        #expect(configuration.traces.otlp.compression == .none && configuration.logs.otlp.compression == .gzip)
        #expect(
            configuration.traces.otlp.transport == .httpJSON && configuration.metrics.otlp.transport == .httpProtobuf
        )
        #expect(configuration.traces.otlp.tls.certificateAuthority == "/ca")
        #expect(configuration.logs.otlp.tls.clientKey == "/key")
        #expect(configuration.traces.otlp.tls.clientCertificate == "/cert")
        #expect(configuration.traces.destinations == [.otlp, .console])
        #expect(!configuration.metrics.isEnabled && configuration.logs.destinations == [.console])
        #expect(configuration.temporalityPreference == .delta)
        #expect(configuration.histogramAggregation == .exponentialHistogram())
    }

    @Test("set limits, batches, intervals and the exemplar filter")
    func numbers() throws {
        let configuration = try read([
            "OTEL_ATTRIBUTE_COUNT_LIMIT": "10", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "20",
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "11", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT": "21",
            "OTEL_SPAN_EVENT_COUNT_LIMIT": "1", "OTEL_SPAN_LINK_COUNT_LIMIT": "2",
            "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": "3", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "4",
            "OTEL_BSP_SCHEDULE_DELAY": "1", "OTEL_BSP_EXPORT_TIMEOUT": "2", "OTEL_BSP_MAX_QUEUE_SIZE": "3",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4", "OTEL_BLRP_SCHEDULE_DELAY": "5", "OTEL_BLRP_EXPORT_TIMEOUT": "6",
            "OTEL_BLRP_MAX_QUEUE_SIZE": "7", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": "8",
            "OTEL_METRIC_EXPORT_INTERVAL": "9", "OTEL_METRIC_EXPORT_TIMEOUT": "10",
            "OTEL_METRICS_EXEMPLAR_FILTER": "ALWAYS_ON", "OTEL_LOG_LEVEL": "debug",
        ])
        #expect(configuration.spanLimits.attributeCount == 11 && configuration.spanLimits.attributeValueLength == 20)
        #expect(configuration.logRecordLimits.attributeCount == 10)
        #expect(configuration.logRecordLimits.attributeValueLength == 21)
        #expect(configuration.spanLimits.eventCount == 1 && configuration.spanLimits.linkCount == 2)
        #expect(configuration.spanLimits.attributePerEventCount == 3)
        #expect(configuration.spanLimits.attributePerLinkCount == 4)
        #expect(configuration.spanBatches.scheduleDelay == .milliseconds(1))
        #expect(configuration.spanBatches.exportTimeout == .milliseconds(2))
        #expect(configuration.spanBatches.maximumQueueSize == 3)
        #expect(configuration.spanBatches.maximumExportBatchSize == 4)
        #expect(configuration.logBatches.scheduleDelay == .milliseconds(5))
        #expect(configuration.logBatches.exportTimeout == .milliseconds(6))
        #expect(configuration.logBatches.maximumQueueSize == 7)
        #expect(configuration.logBatches.maximumExportBatchSize == 8)
        #expect(configuration.metricInterval == .milliseconds(9) && configuration.metricTimeout == .milliseconds(10))
        #expect(configuration.exemplarFilter == .alwaysOn && configuration.logLevel == "debug")
    }

    @Test(
        "choose the sampler",
        arguments: [
            ("always_on", "AlwaysOnSampler"), ("always_off", "AlwaysOffSampler"),
            ("traceidratio", "TraceIdRatioBased{0.25}"), ("parentbased_always_on", "ParentBased{root:AlwaysOnSampler}"),
            ("parentbased_always_off", "ParentBased{root:AlwaysOffSampler}"),
            ("ParentBased_TraceIDRatio", "ParentBased{root:TraceIdRatioBased{0.25}}"),
        ]
    )
    func sampler(name: String, description: String) throws {
        let configuration = try read(["OTEL_TRACES_SAMPLER": name, "OTEL_TRACES_SAMPLER_ARG": "0.25"])
        #expect(configuration.sampler.description == description)
    }

    @Test("that cannot be used are reported and do not count")
    func malformed() throws {
        let configuration = try read([
            "OTEL_SDK_DISABLED": "yes", "OTEL_TRACES_SAMPLER": "sometimes", "OTEL_BSP_MAX_QUEUE_SIZE": "many",
            "OTEL_BSP_SCHEDULE_DELAY": "-1", "OTEL_PROPAGATORS": "tracecontext,pigeon",
            "OTEL_RESOURCE_ATTRIBUTES": "a=1,b", "OTEL_EXPORTER_OTLP_HEADERS": "secret-token",
            "OTEL_TRACES_EXPORTER": "zipkin",
        ])
        #expect(!configuration.isDisabled)
        #expect(configuration.sampler.description == "ParentBased{root:AlwaysOnSampler}")
        #expect(configuration.spanBatches == BatchSettings())
        #expect(configuration.propagators.count == 1)
        #expect(configuration.resourceAttributes.isEmpty)
        #expect(configuration.traces.destinations == [.otlp])
        #expect(configuration.problems.count >= 8)
        #expect(!configuration.problems.contains { $0.contains("secret-token") }, "secrets are not repeated")
        #expect(throws: OTelConfigurationError.self) { try read(["OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"]) }
    }

    @Test(
        "that describe the resource count all or not at all, and are reported once",
        arguments: ["a=1,b", "a=1,=2", "a=1,b=%zz", "a=1,b=%ff", "a=1,b=%2", "a=1,b=\u{FFFD}"]
    )
    func unreadableResource(list: String) throws {
        let configuration = try read(["OTEL_RESOURCE_ATTRIBUTES": list, "OTEL_SERVICE_NAME": "named"])
        #expect(configuration.resourceAttributes.isEmpty && configuration.serviceName == "named")
        #expect(configuration.problems.count == 1)
        #expect(configuration.problems.first?.hasPrefix("OTEL_RESOURCE_ATTRIBUTES=") == true)
    }

    @Test("show no password of an endpoint that cannot be used")
    func endpointSecrets() throws {
        let endpoints = [
            "http://u:secret@host:port", "u:secret@localhost:4318", "http://u:sec/ret@localhost", "ftp://u:secret@host",
            "localhost:4318?key=secret",
        ]
        for variable in ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] {
            for endpoint in endpoints {
                let error = try #require(throws: OTelConfigurationError.self) { try read([variable: endpoint]) }
                #expect(error.description.hasPrefix("\(variable)=(hidden) cannot be used"))
                #expect(!error.description.contains("sec"))
            }
        }
        let error = try #require(throws: OTelConfigurationError.self) {
            try read(["OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"])
        }
        #expect(error.description.contains("'localhost:4318'"))
    }

    @Test("choose propagators, each once, or none")
    func propagators() throws {
        let all = try read(["OTEL_PROPAGATORS": "b3multi, b3 ,tracecontext,b3"])
        #expect(all.propagators.map(\.fields.first) == ["x-b3-traceid", "b3", "traceparent"])
        #expect(try read(["OTEL_PROPAGATORS": "none"]).propagators.isEmpty)
    }

    @Test("name the service and describe the resource; the service's name wins")
    func resource() throws {
        var configuration = try read([
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=loser,deployment.environment.name=a%2Cb, host.name = mine",
            "OTEL_SERVICE_NAME": "winner",
        ])
        configuration.serviceVersion = "1.2.3"
        let resource = configuration.resource
        #expect(resource["service.name"] == "winner")
        #expect(resource["deployment.environment.name"] == "a,b")
        #expect(resource["host.name"] == "mine", "what the user says wins over what is detected")
        #expect(resource["service.version"] == "1.2.3")
        #expect(resource["telemetry.sdk.language"] == "swift" && resource["telemetry.sdk.name"] == "opentelemetry")
        for key in ["service.instance.id", "process.pid", "process.executable.name", "os.type", "host.arch"] {
            #expect(resource[key] != nil)
        }
        #expect(resource.schemaURL.hasPrefix("https://opentelemetry.io/schemas/"))
        guard case .string(let name)? = try read().resource["service.name"] else {
            Issue.record("there is always a name")
            return
        }
        #expect(name.hasPrefix("unknown_service"))
    }
}

@Suite("A resource")
struct ResourceTests {
    @Test("merges with another, which wins, and their schemas when they agree")
    func merge() {
        let old = TelemetryResource([Attribute("a", 1), Attribute("b", 1)], schemaURL: "one")
        let new = TelemetryResource([Attribute("b", 2), Attribute("c", 2)])
        #expect(old.merging(new).attributes == [KeyValue("a", 1), KeyValue("b", 2), KeyValue("c", 2)])
        #expect(old.merging(new).schemaURL == "one" && new.merging(old).schemaURL == "one")
        #expect(old.merging(TelemetryResource([], schemaURL: "one")).schemaURL == "one")
        #expect(old.merging(TelemetryResource([], schemaURL: "two")).schemaURL == "")
        #expect(TelemetryResource.empty.attributes.isEmpty)
    }

    @Test("knows the container, by either version of control groups")
    func container() throws {
        let id = String(repeating: "ab01", count: 16)
        let folder = FileManager.default.temporaryDirectory.path + "/otel-container-\(UInt64.random(in: 0 ... .max))"
        func detect(groups: String, mounts: String) throws -> AttributeValue? {
            try groups.write(toFile: folder + "-groups", atomically: true, encoding: .utf8)
            try mounts.write(toFile: folder + "-mounts", atomically: true, encoding: .utf8)
            defer { for part in ["-groups", "-mounts"] { try? FileManager.default.removeItem(atPath: folder + part) } }
            return ContainerResourceDetector(groups: folder + "-groups", mounts: folder + "-mounts").detect()[
                "container.id"
            ]
        }
        #expect(try detect(groups: "1:name=systemd:/docker/\(id)\n", mounts: "") == .string(id))
        #expect(try detect(groups: "0::/system.slice/docker-\(id).scope\n", mounts: "") == .string(id))
        let mount = "1 2 0:3 /var/lib/docker/containers/\(id)/hostname /etc/hostname rw - ext4 /dev/sda rw"
        #expect(try detect(groups: "0::/\n", mounts: mount) == .string(id))
        #expect(try detect(groups: "0::/\n", mounts: "1 2 / / rw") == nil)
    }
}
