import OTLP
import Synchronization

/// The SDK's metrics about itself (OpenTelemetry semantic conventions, SDK metrics). Counts are kept where things
/// happen and read when metrics are collected, so that nothing is measured twice.
enum SelfObservation {
    enum Signal: String {
        case span
        case log
        case metricDataPoint = "metric_data_point"

        var unit: String { self == .span ? "{span}" : self == .log ? "{log_record}" : "{data_point}" }
    }

    /// Observes the built-in parts of the providers.
    static func observe(_ traces: TracerProvider, _ logs: LoggerProvider, by provider: MeterProvider) {
        let meter = provider.meter(
            "opentelemetry-swift.sdk",
            version: SDKVersion.current,
            schemaURL: SemanticConventions.schemaURL
        )
        observe(traces.pipeline.counts, meter)
        let created = logs.pipeline.created
        _ = meter.observableCounter(
            "otel.sdk.log.created",
            of: Int.self,
            unit: "{log_record}",
            description: "Log records submitted to enabled SDK loggers."
        ) { $0.observe(created.value) }

        let spanProcessors = traces.pipeline.processors.compactMap { $0 as? BatchSpanProcessor }
        let logProcessors = logs.pipeline.processors.compactMap { $0 as? BatchLogRecordProcessor }
        let readers = provider.registry.readers.compactMap { $0 as? PeriodicMetricReader }
        for (index, processor) in spanProcessors.enumerated() {
            observe(processor.pipeline, .span, "batching_span_processor", index, meter)
            if let exporter = processor.pipeline.exporter as? OTLPSpanExporter {
                observe(exporter.sender, .span, index, meter)
            }
        }
        for (index, processor) in logProcessors.enumerated() {
            observe(processor.pipeline, .log, "batching_log_processor", index, meter)
            if let exporter = processor.pipeline.exporter as? OTLPLogRecordExporter {
                observe(exporter.sender, .log, index, meter)
            }
        }
        for (index, reader) in readers.enumerated() {
            if let exporter = reader.exporter as? OTLPMetricExporter {
                observe(exporter.sender, .metricDataPoint, index, meter)
            }
        }
        let rejections = provider.registry.rejections
        _ = meter.observableCounter(
            "faultline.sdk.measurement.rejected",
            of: Int.self,
            unit: "{measurement}",
            description: "Measurements that instruments have refused, since they would spoil a sum."
        ) { observer in
            for cause in MeasurementRejections.Cause.allCases where rejections.count(of: cause) > 0 {
                observer.observe(rejections.count(of: cause), ["error.type": .string(cause.name)])
            }
        }
        let collections = meter.histogram(
            "otel.sdk.metric_reader.collection.duration",
            unit: "s",
            description: "Duration of the collect operation of metric readers.",
            explicitBucketBoundaries: MetricDescription.secondsBoundaries
        )
        for (index, reader) in readers.enumerated() {
            let attributes: AttributeSet = [
                "otel.component.type": "periodic_metric_reader",
                "otel.component.name": .string("periodic_metric_reader/\(index)"),
            ]
            reader.collectionTimes.observe { collections.record($0, attributes) }
        }
    }

    private static func observe(_ counts: SpanCounts, _ meter: OTelMeter) {
        let decisions: [(SamplingDecision, String)] = [
            (.drop, "DROP"), (.recordOnly, "RECORD_ONLY"), (.recordAndSample, "RECORD_AND_SAMPLE"),
        ]
        let origins = ["none", "local", "remote"]
        _ = meter.observableCounter(
            "otel.sdk.span.started",
            of: Int.self,
            unit: "{span}",
            description: "Spans that were created."
        ) { observer in
            for (decision, name) in decisions {
                for (index, origin) in origins.enumerated() {
                    let value = counts.started(decision, parentIndex: index)
                    guard value > 0 else { continue }
                    observer.observe(
                        value,
                        ["otel.span.parent.origin": .string(origin), "otel.span.sampling_result": .string(name)]
                    )
                }
            }
        }
        _ = meter.observableUpDownCounter(
            "otel.sdk.span.live",
            of: Int.self,
            unit: "{span}",
            description: "Spans that were created and have not ended yet."
        ) { observer in
            for (decision, name) in decisions where decision != .drop {
                observer.observe(counts.live(decision), ["otel.span.sampling_result": .string(name)])
            }
        }
    }

    private static func observe<Item>(
        _ pipeline: BatchPipeline<Item>,
        _ signal: Signal,
        _ type: String,
        _ index: Int,
        _ meter: OTelMeter
    ) {
        let component: [Attribute] = [
            Attribute("otel.component.type", .string(type)),
            Attribute("otel.component.name", .string("\(type)/\(index)")),
        ]
        let attributes = AttributeSet(component)
        let full = AttributeSet(component + [Attribute("error.type", "queue_full")])
        let late = AttributeSet(component + [Attribute("error.type", "already_shutdown")])
        let prefix = "otel.sdk.processor.\(signal.rawValue)"
        _ = meter.observableUpDownCounter(
            "\(prefix).queue.size",
            of: Int.self,
            unit: signal.unit,
            description: "Items in the queue of a processor."
        ) { $0.observe(pipeline.queued, attributes) }
        _ = meter.observableUpDownCounter(
            "\(prefix).queue.capacity",
            of: Int.self,
            unit: signal.unit,
            description: "Items that the queue of a processor can hold."
        ) { $0.observe(pipeline.settings.maximumQueueSize, attributes) }
        _ = meter.observableCounter(
            "\(prefix).processed",
            of: Int.self,
            unit: signal.unit,
            description: "Items whose processing has finished, successfully or not."
        ) { observer in
            observer.observe(pipeline.counts.exported.value + pipeline.counts.failed.value, attributes)
            if pipeline.counts.queueFull > 0 { observer.observe(pipeline.counts.queueFull, full) }
            if pipeline.counts.shutDown > 0 { observer.observe(pipeline.counts.shutDown, late) }
        }
    }

    private static func observe(_ sender: OTLPSender, _ signal: Signal, _ index: Int, _ meter: OTelMeter) {
        let telemetry = sender.telemetry
        let component: [Attribute] = [
            Attribute("otel.component.type", .string(telemetry.componentType)),
            Attribute("otel.component.name", .string("\(telemetry.componentType)/\(index)")),
        ]
        let attributes = AttributeSet(component)
        let failed = AttributeSet(component + [Attribute("error.type", "export_failed")])
        let prefix = "otel.sdk.exporter.\(signal.rawValue)"
        _ = meter.observableUpDownCounter(
            "\(prefix).inflight",
            of: Int.self,
            unit: signal.unit,
            description: "Items that were passed to the exporter and are not exported yet."
        ) { $0.observe(telemetry.inflight.load(ordering: .relaxed), attributes) }
        _ = meter.observableCounter(
            "\(prefix).exported",
            of: Int.self,
            unit: signal.unit,
            description: "Items whose export has finished, successfully or not."
        ) { observer in
            observer.observe(telemetry.exported.value, attributes)
            if telemetry.failed.value > 0 { observer.observe(telemetry.failed.value, failed) }
        }
        let durations = meter.histogram(
            "otel.sdk.exporter.operation.duration",
            unit: "s",
            description: "Duration of exporting a batch.",
            explicitBucketBoundaries: MetricDescription.secondsBoundaries
        )
        telemetry.durations.observe { durations.record($0, attributes) }
    }
}
