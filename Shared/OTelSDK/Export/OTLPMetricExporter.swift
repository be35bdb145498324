import CurlHTTP
public import OTLP

/// Sends metrics by OTLP/HTTP.
public final class OTLPMetricExporter: MetricExporter {
    let sender: OTLPHTTPSender
    private let preference: TemporalityPreference
    private let histogramAggregation: Aggregation

    /// Creates an exporter.
    ///
    /// - Parameters:
    ///   - preference: Since when sums and histograms count; since the start by default.
    ///   - histogramAggregation: What histograms become; explicit buckets by default.
    public convenience init(
        _ settings: OTLPHTTPSettings,
        preference: TemporalityPreference = .cumulative,
        histogramAggregation: Aggregation = .explicitBucketHistogram()
    ) {
        self.init(
            settings,
            preference: preference,
            histogramAggregation: histogramAggregation,
            client: CurlClient()
        )
    }

    init(
        _ settings: OTLPHTTPSettings,
        preference: TemporalityPreference,
        histogramAggregation: Aggregation,
        client: CurlClient
    ) {
        sender = OTLPHTTPSender(settings, client: client, componentType: "otlp_http_metric_exporter")
        self.preference = preference
        self.histogramAggregation = histogramAggregation
    }

    /// As the preference says.
    public func temporality(for kind: InstrumentKind) -> AggregationTemporality { preference.temporality(kind) }

    /// The chosen one for histograms.
    public func aggregation(for kind: InstrumentKind) -> Aggregation {
        kind == .histogram ? histogramAggregation : .default
    }

    /// Sends what was collected.
    public func export(_ metrics: ResourceMetrics) async -> ExportResult {
        await sender.send(ExportMetricsServiceRequest(resourceMetrics: [metrics]), items: metrics.pointCount) {
            body,
            encoding in
            let response =
                encoding == .json
                ? try? ExportMetricsServiceResponse(json: body) : try? ExportMetricsServiceResponse(protobuf: body)
            return response?.partialSuccess.map { ($0.rejectedDataPoints, $0.errorMessage) }
        }
    }

    /// Sends nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { sender.shutdown() }
}
