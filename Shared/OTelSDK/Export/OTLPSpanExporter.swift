import CurlHTTP
import OTLP

/// Sends spans by OTLP, over HTTP or gRPC.
public final class OTLPSpanExporter: SpanExporter {
    let sender: OTLPSender

    /// Creates an exporter with connections of its own.
    public convenience init(_ settings: OTLPSettings) {
        self.init(settings, client: CurlClient(), sleep: { try await Task.sleep(for: $0) })
    }

    /// - Parameter sleep: Waits before a request is sent again; a clock of its own for tests.
    init(
        _ settings: OTLPSettings,
        client: CurlClient = CurlClient(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        sender = OTLPSender(settings, signal: .traces, of: "span", client: client, sleep: sleep)
    }

    /// Sends a batch; several at once are fine.
    public func export(_ spans: [ReadableSpan]) async -> ExportResult {
        await sender.send(ExportTraceServiceRequest(spans), items: spans.count) { body, isJSON in
            let response =
                isJSON
                ? try? ExportTraceServiceResponse(json: body) : try? ExportTraceServiceResponse(protobuf: body)
            return response?.partialSuccess.map { ($0.rejectedSpans, $0.errorMessage) }
        }
    }

    /// Sends nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { sender.shutdown() }
}
