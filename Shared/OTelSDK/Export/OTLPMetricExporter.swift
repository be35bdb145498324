import CurlHTTP
public import OTLP

/// Sends metrics by OTLP, over HTTP or gRPC.
public final class OTLPMetricExporter: MetricExporter {
    let sender: OTLPSender
    private let preference: TemporalityPreference
    private let histogramAggregation: Aggregation

    /// Creates an exporter.
    ///
    /// - Parameters:
    ///   - preference: Since when sums and histograms count; since the start by default.
    ///   - histogramAggregation: What histograms become; explicit buckets by default.
    public convenience init(
        _ settings: OTLPSettings,
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
        _ settings: OTLPSettings,
        preference: TemporalityPreference,
        histogramAggregation: Aggregation,
        client: CurlClient
    ) {
        sender = OTLPSender(settings, signal: .metrics, of: "metric", client: client)
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
            isJSON in
            let response =
                isJSON
                ? try? ExportMetricsServiceResponse(json: body) : try? ExportMetricsServiceResponse(protobuf: body)
            return response?.partialSuccess.map { ($0.rejectedDataPoints, $0.errorMessage) }
        }
    }

    /// Sends nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { sender.shutdown() }
}
