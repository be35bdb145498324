import HTTPCore
import HTTPTypes
import OTLP
import OTelSDK
import Testing

@Suite("The SDK's own metrics", .timeLimit(.minutes(3)))
struct SelfObservationTests {
    @Test("account for what was made, queued, exported and lost")
    func counts() async throws {
        let backend = Backend { _, received in
            Response(status: received.path == "/v1/logs" ? .badRequest : .ok)
        }
        let reader = ManualMetricReader()
        let metrics = try await backend.serve { url in
            var configuration = OTelConfiguration(endpoint: url)
            configuration.metricReaders = [reader]
            configuration.logLevel = "none"
            let providers = try OTelProviders(configuration)
            let tracer = providers.tracerProvider.tracer("t")
            for _ in 0..<5 { tracer.startSpan(named: "a").end() }
            let live = tracer.startSpan(named: "live")
            for _ in 0..<3 { providers.loggerProvider.logger("l").emit(.info, "x") }
            _ = await providers.forceFlush()
            let metrics = await reader.collect()?.scopeMetrics.flatMap(\.metrics) ?? []
            live.end()
            _ = await providers.shutdown()
            return metrics
        }
        func points(_ name: String) -> [NumberDataPoint] { metrics.first { $0.name == name }?.numbers ?? [] }
        func sum(_ name: String, error: Bool = false) -> Int64 {
            points(name).filter { $0.attributes.contains { $0.key == "error.type" } == error }.reduce(0) {
                if case .int(let value)? = $1.value { $0 + value } else { $0 }
            }
        }
        #expect(sum("otel.sdk.span.started") == 6 && sum("otel.sdk.span.live") == 1)
        #expect(sum("otel.sdk.processor.span.queue.capacity") == 2_048)
        #expect(sum("otel.sdk.processor.span.queue.size") == 0)
        #expect(sum("otel.sdk.processor.span.processed") == 5)
        #expect(sum("otel.sdk.exporter.span.exported") == 5 && sum("otel.sdk.exporter.span.inflight") == 0)
        #expect(sum("otel.sdk.log.created") == 3)
        #expect(sum("otel.sdk.processor.log.queue.capacity") == 2_048)
        #expect(sum("otel.sdk.processor.log.queue.size") == 0)
        #expect(sum("otel.sdk.processor.log.processed") == 3)
        #expect(sum("otel.sdk.exporter.log.exported", error: true) == 3)
        #expect(sum("otel.sdk.exporter.log.inflight") == 0)
        #expect(sum("otel.sdk.exporter.metric_data_point.exported") > 0)
        #expect(!points("otel.sdk.exporter.metric_data_point.inflight").isEmpty)
        for name in ["otel.sdk.metric_reader.collection.duration", "otel.sdk.exporter.operation.duration"] {
            let metric = try #require(metrics.first { $0.name == name })
            #expect(metric.unit == "s" && (metric.histogram?.count ?? 0) > 0)
        }
        let component = points("otel.sdk.exporter.span.exported").first?.attributes ?? []
        #expect(component.contains(KeyValue("otel.component.type", "otlp_http_span_exporter")))
    }

    @Test("a disabled SDK records nothing and still propagates")
    func disabled() async throws {
        var configuration = try OTelConfiguration.fromEnvironment(["OTEL_SDK_DISABLED": "true"])
        configuration.logLevel = "none"
        let providers = try OTelProviders(configuration)
        let tracer = providers.tracerProvider.tracer("t")
        #expect(!tracer.isEnabled)
        let context = CompositePropagator(providers.propagators).context(
            from: [
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "baggage": "k=v",
            ]
        )
        let span = tracer.startSpan(named: "a", parent: .context(context))
        #expect(!span.isRecording && span.spanContext == context.spanContext)
        let headers = CompositePropagator(providers.propagators).headers(of: span.context)
        #expect(headers["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(headers["baggage"] == "k=v")
        #expect(!providers.meterProvider.meter("m").counter("c").isEnabled)
        #expect(!providers.loggerProvider.logger("l").isEnabled())
        _ = await providers.shutdown()
    }

    @Test("without an exporter traces go on from service to service all the same")
    func noExporter() async throws {
        var configuration = try OTelConfiguration.fromEnvironment([
            "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
        ])
        configuration.logLevel = "none"
        let providers = try OTelProviders(configuration)
        let span = providers.tracerProvider.tracer("t").startSpan(named: "a", parent: .none)
        #expect(span.spanContext.isValid && span.spanContext.isSampled && !span.isRecording)
        _ = await providers.shutdown()
    }
}
