import HTTPCore
import HTTPTypes
import OTLP
import OTelSDK
import Testing
import Tracing

@Suite("A time limit of zero", .timeLimit(.minutes(3)))
struct NoLimitTests {
    @Test("is none: of an export, of a batch, of an export of metrics")
    func environment() async throws {
        let backend = Backend()
        try await backend.serve { url in
            let configuration = try OTelConfiguration.fromEnvironment([
                "OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_TIMEOUT": "0",
                "OTEL_BSP_EXPORT_TIMEOUT": "0", "OTEL_BLRP_EXPORT_TIMEOUT": "0", "OTEL_METRIC_EXPORT_TIMEOUT": "0",
            ])
            #expect(configuration.problems.isEmpty)
            let providers = try OTelProviders(configuration)
            providers.tracerProvider.tracer("t").startSpan(named: "a").end()
            providers.loggerProvider.logger("l").emit(.info, "hello")
            providers.meterProvider.meter("m").counter("c").add(1)
            #expect(await providers.forceFlush() == .success)
            #expect(await providers.shutdown() == .success)
        }
        #expect(Set(backend.received.map(\.path)) == ["/v1/traces", "/v1/logs", "/v1/metrics"])
    }

    @Test("is none in a configuration file, either")
    func file() async throws {
        let backend = Backend()
        try await backend.serve { url in
            let yaml = """
                file_format: "1.0"
                tracer_provider:
                  processors:
                    - batch: {export_timeout: 0, exporter: {otlp_http: {endpoint: "\(url)/v1/traces", timeout: 0}}}
                meter_provider:
                  readers:
                    - periodic: {timeout: 0, exporter: {otlp_http: {endpoint: "\(url)/v1/metrics", timeout: 0}}}
                """
            let providers = try OTelProviders(OTelConfiguration(try ConfigurationParser.parse(yaml)))
            providers.tracerProvider.tracer("t").startSpan(named: "a").end()
            providers.meterProvider.meter("m").counter("c").add(1)
            #expect(await providers.shutdown() == .success)
        }
        #expect(Set(backend.received.map(\.path)) == ["/v1/traces", "/v1/metrics"])
    }

    @Test("does not keep a shutdown from ending in time")
    func shutdown() async throws {
        let hanging = Backend { _, _ in
            try await Task.sleep(for: .seconds(600))
            return Response(status: .ok)
        }
        try await hanging.serve { url in
            var settings = OTLPSettings(url: "\(url)/v1/traces")
            settings.timeout = .zero
            var batches = BatchSettings()
            batches.exportTimeout = .zero
            let processor = BatchSpanProcessor(OTLPSpanExporter(settings), settings: batches)
            let provider = TracerProvider(processors: [processor])
            provider.tracer("t").startSpan(named: "a").end()
            #expect(await provider.shutdown(timeout: .milliseconds(200)) == .timedOut)
            try await eventually { processor.failedSpans + processor.droppedSpans == 1 }
        }
    }
}
