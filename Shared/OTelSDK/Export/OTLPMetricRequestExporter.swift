public import OTLP

/// Hands metrics on as OTLP requests to a closure, as ``OTLPRequestExporter`` does with spans.
public struct OTLPMetricRequestExporter: MetricExporter {
    /// Takes an `ExportMetricsServiceRequest` in protobuf, and how many points it has.
    public typealias Destination = @Sendable (_ request: [UInt8], _ points: Int) async -> ExportResult

    private let destination: Destination

    /// Creates an exporter in front of a destination, which is called once at a time.
    public init(to destination: @escaping Destination) {
        self.destination = destination
    }

    /// Hands on what was collected.
    public func export(_ metrics: ResourceMetrics) async -> ExportResult {
        await destination(
            ExportMetricsServiceRequest(resourceMetrics: [metrics]).encodeProtobuf(),
            metrics.pointCount
        )
    }
}
