import Foundation
import OTLP
import OTelSDK
import Testing

@Suite("A configuration file")
struct DeclarativeTests {
    private func configuration(
        _ yaml: String,
        _ environment: [String: String] = [:],
        components: PluginComponents = PluginComponents()
    ) throws -> OTelConfiguration {
        try OTelConfiguration(
            try ConfigurationParser.parse(yaml, environment: environment),
            components: components
        )
    }

    @Test("says everything that the SDK can be told")
    func everything() async throws {
        let configuration = try configuration(
            """
            file_format: "1.0"
            log_level: warn
            attribute_limits: {attribute_count_limit: 20, attribute_value_length_limit: 30}
            resource:
              schema_url: https://example.com/1
              attributes_list: "service.name=listed,from.list=yes"
              attributes:
                - {name: service.name, value: shop}
                - {name: numbers, value: [1, 2], type: int_array}
              detection/development:
                detectors:
                  - process:
                  - os:
            propagator:
              composite:
                - tracecontext:
                - b3:
              composite_list: "baggage,b3,none"
            tracer_provider:
              limits: {event_count_limit: 4}
              sampler:
                parent_based:
                  root: {trace_id_ratio_based: {ratio: 0.5}}
                  remote_parent_sampled: {always_off: }
              processors:
                - batch:
                    schedule_delay: 10
                    max_queue_size: 100
                    exporter:
                      otlp_http:
                        endpoint: http://localhost:1/v1/traces
                        compression: gzip
                        encoding: json
                        headers: [{name: api-key, value: "${KEY}"}]
                        tls: {ca_file: /ca}
                - simple: {exporter: {console: }}
            meter_provider:
              exemplar_filter: always_off
              readers:
                - periodic:
                    interval: 5000
                    cardinality_limits: {default: 7}
                    exporter:
                      otlp_http:
                        endpoint: http://localhost:1/v1/metrics
                        temporality_preference: delta
                        default_histogram_aggregation: base2_exponential_bucket_histogram
              views:
                - selector: {instrument_name: "http.*", instrument_type: up_down_counter}
                  stream:
                    name: renamed
                    attribute_keys: {included: [a], excluded: [b]}
                    aggregation: {drop: }
                - selector: {instrument_name: sizes}
                  stream:
                    aggregation: {explicit_bucket_histogram: {boundaries: [1, 2.5], record_min_max: false}}
            logger_provider:
              limits: {attribute_count_limit: 5}
              processors: [{simple: {exporter: {console: }}}]
            """,
            ["KEY": "secret"]
        )
        #expect(configuration.logLevel == "warn")
        #expect(configuration.serviceName == "shop")
        let resource = configuration.resource
        #expect(resource["from.list"] == "yes" && resource["numbers"] == [1, 2])
        #expect(resource["process.pid"] != nil && resource["host.name"] == nil)
        #expect(configuration.propagators.count == 3)
        #expect(configuration.sampler.description == "ParentBased{root:TraceIdRatioBased{0.5}}")
        let parent = SpanContext(traceID: TraceID(high: 1, low: 1), spanID: SpanID(value: 1), isRemote: true)
        let request = SamplingRequest(parent: parent, traceID: parent.traceID)
        #expect(configuration.sampler.shouldSample(request).decision == .drop)
        #expect(configuration.spanLimits.eventCount == 4 && configuration.spanLimits.attributeCount == 20)
        #expect(configuration.spanLimits.attributeValueLength == 30)
        #expect(configuration.logRecordLimits.attributeCount == 5)
        #expect(configuration.spanProcessors.count == 2 && configuration.logRecordProcessors.count == 1)
        #expect(configuration.exemplarFilter == .alwaysOff)
        let reader = try #require(configuration.metricReaders.first)
        #expect(reader.settings.cardinalityLimit == 7)
        #expect(reader.settings.temporality(.counter) == .delta)
        #expect(reader.settings.aggregation(.histogram) == .exponentialHistogram())
        #expect(configuration.views[0].selector.kind == .upDownCounter && configuration.views[0].aggregation == .drop)
        #expect(configuration.views[0].attributeKeys == ["a"] && configuration.views[0].excludedAttributeKeys == ["b"])
        #expect(
            configuration.views[1].aggregation == .explicitBucketHistogram(boundaries: [1, 2.5], recordsMinMax: false)
        )
        let providers = try OTelProviders(configuration)
        #expect(providers.tracerProvider.tracer("t").isEnabled && providers.propagators.count == 3)
        #expect(await providers.shutdown(timeout: .milliseconds(200)) != .success, "nobody listens there")
    }

    @Test("takes variables into values, never into keys, and gives them a type afterwards")
    func substitution() throws {
        let model = try ConfigurationParser.parse(
            """
            file_format: "1.0"
            plain: ${NUMBER}
            quoted: "${NUMBER}"
            env: ${env:TEXT}/x
            fallback: ${MISSING:-a b}
            empty: ${EMPTY:-yes}
            missing: ${MISSING}
            dollars: $${NUMBER} $$ $x
            twice: ${TEXT}${TEXT}
            injected: ${YAML}
            ${TEXT}: key
            """,
            environment: ["NUMBER": "42", "TEXT": "t", "EMPTY": "", "YAML": "a: [b"]
        )
        #expect(model.root["plain"] == .int(42))
        #expect(model.root["quoted"] == .string("42"))
        #expect(model.root["env"] == .string("t/x"))
        #expect(model.root["fallback"] == .string("a b"))
        #expect(model.root["empty"] == .string("yes") || model.root["empty"] == .bool(true))
        #expect(model.root["missing"] == .null)
        #expect(model.root["dollars"] == .string("${NUMBER} $ $x"))
        #expect(model.root["twice"] == .string("tt"))
        #expect(model.root["injected"] == .string("a: [b"))
        #expect(model.root["${TEXT}"] == .string("key"))
    }

    @Test(
        "that is wrong says where and what is allowed",
        arguments: [
            ("", "YAML"), ("a: [", "YAML"), ("a: 1", "file_format"), ("file_format: '2.0'", "file_format"),
            ("file_format: '1.0'\nx: ${1BAD}", "${NAME}"), ("file_format: '1.0'\ndisabled: perhaps", "disabled"),
            ("file_format: '1.0'\ntracer_provider: {sampler: {sometimes: }}", "tracer_provider.sampler.sometimes"),
            (
                "file_format: '1.0'\ntracer_provider: {processors: [{batch: {exporter: {pigeon: }}}]}",
                "tracer_provider.processors[0].batch.exporter.pigeon"
            ),
            (
                "file_format: '1.0'\ntracer_provider: {processors: [{batch: {max_queue_size: 0, exporter: {console: }}}]}",
                "max_queue_size"
            ),
            ("file_format: '1.0'\nresource: 5", "resource='5' cannot be used: set it to a map"),
            ("file_format: '1.0'\nresource: {attributes: {a: 1}}", "resource.attributes"),
            ("file_format: '1.0'\nresource: {attributes: [{name: a, value: x, type: int}]}", "the type int"),
            ("file_format: '1.0'\nresource: {attributes: [{name: a, value: [1, x], type: int_array}]}", "int_array"),
            ("file_format: '1.0'\nresource: {attributes: [{name: a, value: 1, type: number}]}", "the type number"),
            ("file_format: '1.0'\nresource: {attributes: [{name: a, value: {b: 1}}]}", "a value or a list"),
            ("file_format: '1.0'\ntracer_provider: []", "tracer_provider"),
            ("file_format: '1.0'\ntracer_provider: {processors: {batch: }}", "processors(hidden)"),
            ("file_format: '1.0'\ntracer_provider: {limits: 3}", "tracer_provider.limits='3'"),
            ("file_format: '1.0'\ntracer_provider: {limits: {event_count_limit: many}}", "event_count_limit='many'"),
            ("file_format: '1.0'\ntracer_provider: {sampler: {trace_id_ratio_based: {ratio: 2}}}", "from 0.0 to 1.0"),
            ("file_format: '1.0'\ntracer_provider: {sampler: {trace_id_ratio_based: 0.5}}", "a map"),
            (Self.histogram("[1, 1]"), "boundaries that are finite and increase strictly"),
            (Self.histogram("[2, 1]"), "boundaries that are finite and increase strictly"),
            (Self.histogram("[1, .inf]"), "boundaries"), (Self.histogram("[.nan]"), "boundaries"),
            (Self.histogram("[1, wide]"), "a list of numbers"), (Self.histogram("7"), "a list of numbers"),
            (Self.stream("attribute_keys: {included: a}"), "attribute_keys.included"),
            (Self.stream("attribute_keys: [a]"), "attribute_keys"),
            (Self.stream("attribute_keys: {excluded: [{a: b}]}"), "a list of texts"),
        ]
    )
    func malformed(yaml: String, mention: String) {
        do {
            _ = try configuration(yaml)
            Issue.record("it should not have been accepted")
        } catch {
            #expect("\(error)".replacing("=(hidden)", with: "(hidden)").contains(mention), "\(error)")
        }
    }

    private static func stream(_ yaml: String) -> String {
        "file_format: '1.0'\nmeter_provider: {views: [{selector: {instrument_name: a}, stream: {\(yaml)}}]}"
    }

    private static func histogram(_ boundaries: String) -> String {
        stream("aggregation: {explicit_bucket_histogram: {boundaries: \(boundaries)}}")
    }

    @Test("repeats none of its secrets in an error")
    func secrets() throws {
        let files = [
            "file_format: '1.0'\nheaders: \"Bearer secret\n  : x: ]", "a: {secret",
            "file_format: '1.0'\ntoken: ${secret", "file_format: '1.0'\n" + exporter("headers_list: secret"),
            "file_format: '1.0'\n" + exporter("endpoint: 'u:secret@localhost'"),
        ]
        for yaml in files {
            let error = try #require(throws: OTelConfigurationError.self) { try configuration(yaml) }
            #expect(!error.description.contains("secret"))
        }
    }

    private func exporter(_ yaml: String) -> String {
        "tracer_provider: {processors: [{simple: {exporter: {otlp_http: {\(yaml)}}}}]}"
    }

    @Test("chooses what is kept of a resource by patterns")
    func resourceKeys() throws {
        let resource = try configuration(
            """
            file_format: "1.0"
            resource:
              detection/development:
                attributes: {included: ["process.*"], excluded: ["process.p?d", "*.path"]}
                detectors: [{process: }, {host: }]
            """
        ).resource
        #expect(resource["process.parent_pid"] != nil)
        #expect(resource["process.pid"] == nil && resource["process.executable.path"] == nil)
        #expect(resource["host.name"] == nil && resource["telemetry.sdk.name"] == "opentelemetry")
    }

    @Test("names components that somebody registered, which get their properties")
    func plugins() async throws {
        var components = PluginComponents()
        let exporter = InMemorySpanExporter()
        let properties = Journal<ConfigurationValue>()
        components.register(spanExporter: "memory") {
            properties.note($0)
            return exporter
        }
        components.register(sampler: "mine") { _ in AlwaysOnSampler() }
        let configuration = try configuration(
            """
            file_format: "1.0"
            tracer_provider:
              sampler: {mine: }
              processors: [{simple: {exporter: {memory: {size: 5, nested: {deep: [true]}}}}}]
            """,
            components: components
        )
        #expect(properties.entries.first?["size"] == .int(5))
        #expect(properties.entries.first?["nested"]?["deep"] == .list([.bool(true)]))
        let providers = try OTelProviders(configuration)
        providers.tracerProvider.tracer("t").startSpan(named: "a").end()
        _ = await providers.shutdown()
        #expect(exporter.spans.map(\.name) == ["a"])
    }

    @Test("is found by OTEL_CONFIG_FILE, before which the other variables do not count")
    func variable() throws {
        let path = FileManager.default.temporaryDirectory.path + "/otel-config-\(UInt64.random(in: 0 ... .max)).yaml"
        try "file_format: '1.0'\nresource: {attributes: [{name: service.name, value: '${NAME}'}]}"
            .write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let configuration = try OTelConfiguration.fromEnvironment([
            "OTEL_CONFIG_FILE": path, "NAME": "filed", "OTEL_SERVICE_NAME": "ignored",
            "OTEL_TRACES_EXPORTER": "otlp",
        ])
        #expect(configuration.serviceName == "filed")
        #expect(!configuration.traces.isEnabled && configuration.spanProcessors.isEmpty)
        #expect(throws: OTelConfigurationError.self) {
            try OTelConfiguration.fromEnvironment(["OTEL_CONFIG_FILE": "/nowhere"])
        }
    }
}
