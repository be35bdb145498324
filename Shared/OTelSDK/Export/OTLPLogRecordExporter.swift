import CurlHTTP
import OTLP

/// Sends log records by OTLP, over HTTP or gRPC.
public final class OTLPLogRecordExporter: LogRecordExporter {
    let sender: OTLPSender

    /// Creates an exporter with connections of its own.
    public convenience init(_ settings: OTLPSettings) {
        self.init(settings, client: CurlClient())
    }

    init(_ settings: OTLPSettings, client: CurlClient) {
        sender = OTLPSender(settings, signal: .logs, of: "log", client: client)
    }

    /// Sends a batch; several at once are fine.
    public func export(_ records: [ReadableLogRecord]) async -> ExportResult {
        await sender.send(ExportLogsServiceRequest(records), items: records.count) { body, isJSON in
            let response =
                isJSON
                ? try? ExportLogsServiceResponse(json: body) : try? ExportLogsServiceResponse(protobuf: body)
            return response?.partialSuccess.map { ($0.rejectedLogRecords, $0.errorMessage) }
        }
    }

    /// Sends nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { sender.shutdown() }
}
