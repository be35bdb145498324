import OTLP

/// Hands spans on as OTLP requests to a closure: for a process that stores telemetry itself and need not send its own
/// over a network.
public struct OTLPRequestExporter: SpanExporter {
    /// Takes an `ExportTraceServiceRequest` in protobuf, and how many spans it has.
    public typealias Destination = @Sendable (_ request: [UInt8], _ spans: Int) async -> ExportResult

    private let destination: Destination

    /// Creates an exporter in front of a destination, which is called once at a time.
    public init(to destination: @escaping Destination) {
        self.destination = destination
    }

    /// Hands a batch on.
    public func export(_ spans: [ReadableSpan]) async -> ExportResult {
        await destination(ExportTraceServiceRequest(spans).encodeProtobuf(), spans.count)
    }
}
