import OTLP

/// What takes the requests of each signal that come by one protocol.
struct Intakes: Sendable {
    let spans: Intake<Spans>
    let logs: Intake<LogRecords>
    let metrics: Intake<MetricPoints>

    /// - Parameter maximumRequestBytes: How large a body may be once it is expanded.
    init(_ pipeline: Pipeline, _ transport: Transport, maximumRequestBytes: Int) {
        func intake<Kind>(_ lane: Lane<Kind>) -> Intake<Kind> {
            Intake(
                lane: lane,
                transport: transport,
                statistics: pipeline.statistics,
                tracing: pipeline.tracing,
                maximumRequestBytes: maximumRequestBytes
            )
        }
        spans = intake(pipeline.spans)
        logs = intake(pipeline.logs)
        metrics = intake(pipeline.metrics)
    }
}

/// How a request comes.
enum Transport: String, Sendable, Hashable, CaseIterable {
    case http
    case grpc
}

extension ExportTraceServiceResponse {
    /// What a client reads of the spans that cannot be stored.
    init(rejections: Rejections) {
        self.init(
            partialSuccess: rejections.isEmpty
                ? nil : .init(rejectedSpans: Int64(rejections.total), errorMessage: rejections.message)
        )
    }
}

extension ExportMetricsServiceResponse {
    /// What a client reads of the data points that cannot be stored.
    init(rejections: Rejections) {
        self.init(
            partialSuccess: rejections.isEmpty
                ? nil : .init(rejectedDataPoints: Int64(rejections.total), errorMessage: rejections.message)
        )
    }
}

extension ExportLogsServiceResponse {
    /// What a client reads of the log records that cannot be stored.
    init(rejections: Rejections) {
        self.init(
            partialSuccess: rejections.isEmpty
                ? nil : .init(rejectedLogRecords: Int64(rejections.total), errorMessage: rejections.message)
        )
    }
}
