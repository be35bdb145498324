import HTTPCore
import HTTPTypes
import OTLP
import OTelSDK
import ServiceKit
import Synchronization
import Tracing

/// An OTLP endpoint that keeps what it gets, with the SDK of this process sending to it. The SDK can be installed once a
/// process, so tests share it and look for their own traces.
final class TelemetrySink: Sendable {
    static let shared = TelemetrySink()

    private struct Received {
        var spans: [OTLP.Span] = []
        var logs: [LogRecord] = []
        var metrics: [Metric] = []
        /// Each export has only the exemplars since the one before.
        var exemplars: [String: Set<SpanID>] = [:]

        mutating func take(_ metrics: [Metric]) {
            self.metrics = metrics
            for metric in metrics {
                guard case .histogram(let histogram) = metric.data else { continue }
                let spans = histogram.dataPoints.flatMap(\.exemplars).map(\.spanID)
                exemplars[metric.name, default: []].formUnion(spans)
            }
        }
    }

    private let received = Mutex(Received())

    private func route() -> Router {
        var router = Router()
        router.post("/v1/traces") { request, _ in
            let export = try ExportTraceServiceRequest(protobuf: await request.body.collect(upTo: 1 << 24))
            let spans = export.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans)
            self.received.withLock { $0.spans += spans }
            return Response(status: .ok)
        }
        router.post("/v1/logs") { request, _ in
            let export = try ExportLogsServiceRequest(protobuf: await request.body.collect(upTo: 1 << 24))
            let logs = export.resourceLogs.flatMap(\.scopeLogs).flatMap(\.logRecords)
            self.received.withLock { $0.logs += logs }
            return Response(status: .ok)
        }
        router.post("/v1/metrics") { request, _ in
            let export = try ExportMetricsServiceRequest(protobuf: await request.body.collect(upTo: 1 << 24))
            let metrics = export.resourceMetrics.flatMap(\.scopeMetrics).flatMap(\.metrics)
            self.received.withLock { $0.take(metrics) }
            return Response(status: .ok)
        }
        return router
    }

    private init() {
        do {
            let server = try HTTPServer(responder: route())
            var configuration = try OTelConfiguration.fromEnvironment([
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(server.localAddress)",
                "OTEL_SERVICE_NAME": "test",
                "OTEL_BSP_SCHEDULE_DELAY": "20",
                "OTEL_BLRP_SCHEDULE_DELAY": "20",
                "OTEL_METRIC_EXPORT_INTERVAL": "50",
            ])
            configuration.spanProcessors.append(BaggageAttributes(keys: ["session.id"]))
            let telemetry = try OTelSDK.bootstrap(configuration)
            Task { try await server.run() }
            Task { try await telemetry.run() }
        } catch {
            preconditionFailure("The telemetry sink cannot start: \(error)")
        }
    }

    /// Waits until a trace has so many spans.
    func spans(of traceID: String, count: Int) async throws -> [OTLP.Span] {
        while true {
            let spans = received.withLock { $0.spans.filter { $0.traceID.description == traceID } }
            if spans.count >= count { return spans }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until a trace has so many log records.
    func logs(of traceID: String, count: Int) async throws -> [LogRecord] {
        while true {
            let logs = received.withLock { $0.logs.filter { $0.traceID.description == traceID } }
            if logs.count >= count { return logs }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until a metric was exported.
    func metric(_ name: String) async throws -> Metric {
        while true {
            if let metric = received.withLock({ $0.metrics.first { $0.name == name } }) { return metric }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until a histogram's exemplars name a span.
    func exemplar(of name: String, naming span: SpanID) async throws {
        while !received.withLock({ $0.exemplars[name]?.contains(span) ?? false }) {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until a histogram has a series with these attributes, and so many values in it.
    func series(_ name: String, with attributes: [String: String], count: UInt64 = 1) async throws -> HistogramDataPoint
    {
        while true {
            if case .histogram(let histogram) = try await metric(name).data,
                let point = histogram.dataPoints.first(where: { point in
                    point.count >= count
                        && attributes.allSatisfy { key, value in
                            point.attributes.contains(KeyValue(key: key, value: .string(value)))
                        }
                })
            {
                return point
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
