import CoreMetrics
import CurlHTTP
public import Logging
import OTLP
import ServiceLifecycle
import Tracing

/// The OpenTelemetry SDK behind swift-log, swift-metrics and swift-distributed-tracing.
///
/// One call makes an existing server observable:
///
/// ```swift
/// let telemetry = try OTelSDK.bootstrap(.fromEnvironment())
/// try await ServiceGroup(services: [telemetry, server], logger: logger).run()
/// ```
public enum OTelSDK {
    /// Installs the SDK behind the three API packages, once a process, and returns the service that exports.
    ///
    /// - Parameters:
    ///   - configuration: What the SDK is told, as a rule by the environment.
    ///   - metrics: Units, descriptions and buckets of the process's metrics.
    ///   - console: A second log handler beside the SDK's, for people.
    public static func bootstrap(
        _ configuration: OTelConfiguration,
        metrics: [MetricDescription] = [],
        alsoTo console: (@Sendable (String) -> any LogHandler)? = nil
    ) -> OTelService {
        guard !configuration.isDisabled else {
            if let console { LoggingSystem.bootstrap(console) }
            return OTelService(pipelines: [])
        }
        let resource = Resource.detected(
            serviceName: configuration.serviceName,
            serviceVersion: configuration.serviceVersion,
            attributes: configuration.resourceAttributes
        )
        let client = CurlClient()
        var pipelines: [OTelService.Pipeline] = []

        let spans = BatchQueue<SpanRecord>(limits: configuration.spanQueue)
        if configuration.traces.isEnabled {
            pipelines.append(spanPipeline(spans, resource, configuration, client))
        }
        InstrumentationSystem.bootstrap(
            OTelTracer(
                sampler: configuration.traces.isEnabled ? configuration.sampler : .alwaysOff,
                limits: configuration.spanLimits,
                propagators: propagators(configuration),
                queue: spans
            )
        )

        let logs = BatchQueue<ScopedLogRecord>(limits: configuration.logQueue)
        if configuration.logs.isEnabled {
            pipelines.append(logPipeline(logs, resource, configuration, client))
        }
        let recordsLogs = configuration.logs.isEnabled
        LoggingSystem.bootstrap { label in
            var handlers: [any LogHandler] = []
            if recordsLogs { handlers.append(OTelLogHandler(label: label, level: .info, queue: logs)) }
            if let console { handlers.append(console(label)) }
            switch handlers.count {
            case 0: return SwiftLogNoOpLogHandler()
            case 1: return handlers[0]
            default: return MultiplexLogHandler(handlers)
            }
        }

        let registry = MetricRegistry(descriptions: metrics)
        if configuration.metrics.isEnabled {
            pipelines.append(metricPipeline(registry, resource, configuration, client))
        }
        MetricsSystem.bootstrap(registry)
        return OTelService(pipelines: pipelines)
    }

    private static func propagators(_ configuration: OTelConfiguration) -> [any TextMapPropagator] {
        var propagators: [any TextMapPropagator] = []
        if configuration.propagators.contains(.traceContext) { propagators.append(TraceContextPropagator()) }
        if configuration.propagators.contains(.baggage) { propagators.append(BaggagePropagator()) }
        return propagators
    }

    private static func exporter(_ signal: OTelConfiguration.SignalExport, _ client: CurlClient) -> OTLPHTTPExporter {
        OTLPHTTPExporter(
            settings: OTLPHTTPExporter.Settings(
                url: signal.url,
                headers: signal.headers,
                timeout: signal.timeout,
                usesGzip: signal.usesGzip,
                usesJSON: signal.usesJSON,
                tls: signal.tls
            ),
            client: client
        )
    }

    private static func spanPipeline(
        _ queue: BatchQueue<SpanRecord>,
        _ resource: Resource,
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) -> OTelService.Pipeline {
        let exporter = exporter(configuration.traces, client)
        let processor = BatchProcessor(queue: queue, noun: "spans") { batch, deadline in
            await exporter.export(ExportTraceServiceRequest(batch, resource: resource), until: deadline) {
                body,
                isJSON in
                let response =
                    isJSON
                    ? try? ExportTraceServiceResponse(json: body) : try? ExportTraceServiceResponse(protobuf: body)
                return response?.partialSuccess.map { ($0.rejectedSpans, $0.errorMessage) }
            }
        }
        let timeout = configuration.shutdownTimeout
        return OTelService.Pipeline(run: { await processor.run(shutdownTimeout: timeout) }, close: queue.close)
    }

    private static func logPipeline(
        _ queue: BatchQueue<ScopedLogRecord>,
        _ resource: Resource,
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) -> OTelService.Pipeline {
        let exporter = exporter(configuration.logs, client)
        let processor = BatchProcessor(queue: queue, noun: "log records") { batch, deadline in
            await exporter.export(ExportLogsServiceRequest(batch, resource: resource), until: deadline) {
                body,
                isJSON in
                let response =
                    isJSON ? try? ExportLogsServiceResponse(json: body) : try? ExportLogsServiceResponse(protobuf: body)
                return response?.partialSuccess.map { ($0.rejectedLogRecords, $0.errorMessage) }
            }
        }
        let timeout = configuration.shutdownTimeout
        return OTelService.Pipeline(run: { await processor.run(shutdownTimeout: timeout) }, close: queue.close)
    }

    private static func metricPipeline(
        _ registry: MetricRegistry,
        _ resource: Resource,
        _ configuration: OTelConfiguration,
        _ client: CurlClient
    ) -> OTelService.Pipeline {
        let exporter = exporter(configuration.metrics, client)
        let reader = PeriodicReader(
            registry: registry,
            interval: configuration.metricInterval,
            timeout: configuration.metricTimeout
        ) { metrics, deadline in
            let request = ExportMetricsServiceRequest(resourceMetrics: [
                ResourceMetrics(
                    resource: resource,
                    scopeMetrics: [ScopeMetrics(scope: InstrumentationScope(name: "swift-metrics"), metrics: metrics)]
                )
            ])
            return await exporter.export(request, until: deadline) { body, isJSON in
                let response =
                    isJSON
                    ? try? ExportMetricsServiceResponse(json: body) : try? ExportMetricsServiceResponse(protobuf: body)
                return response?.partialSuccess.map { ($0.rejectedDataPoints, $0.errorMessage) }
            }
        }
        let timeout = configuration.shutdownTimeout
        return OTelService.Pipeline(run: { await reader.run(shutdownTimeout: timeout) }, close: reader.close)
    }
}
