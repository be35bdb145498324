import CurlHTTP
import OTLP

/// Sends log records by OTLP/HTTP.
public final class OTLPLogRecordExporter: LogRecordExporter {
    let sender: OTLPHTTPSender

    /// Creates an exporter with connections of its own.
    public convenience init(_ settings: OTLPHTTPSettings) {
        self.init(settings, client: CurlClient())
    }

    init(_ settings: OTLPHTTPSettings, client: CurlClient) {
        sender = OTLPHTTPSender(settings, client: client, componentType: "otlp_http_log_exporter")
    }

    /// Sends a batch; several at once are fine.
    public func export(_ records: [ReadableLogRecord]) async -> ExportResult {
        await sender.send(ExportLogsServiceRequest(records), items: records.count) { body, encoding in
            let response =
                encoding == .json
                ? try? ExportLogsServiceResponse(json: body) : try? ExportLogsServiceResponse(protobuf: body)
            return response?.partialSuccess.map { ($0.rejectedLogRecords, $0.errorMessage) }
        }
    }

    /// Sends nothing from now on.
    public func shutdown(timeout: Duration) async -> Outcome { sender.shutdown() }
}
