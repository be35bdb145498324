import CurlHTTP
import Gzip
import OTLP

/// OTLP/HTTP: a message is the body of a POST (OTLP specification, OTLP/HTTP).
struct OTLPHTTPTransport: OTLPTransport {
    let settings: OTLPSettings

    var isJSON: Bool { settings.transport == .httpJSON }

    func request(_ message: [UInt8]) -> CurlRequest {
        var request = settings.request(to: settings.url)
        request.headers.append(("Content-Type", isJSON ? "application/json" : "application/x-protobuf"))
        if settings.compression == .gzip {
            request.body = Gzip.compress(message, level: 3)
            request.headers.append(("Content-Encoding", "gzip"))
        } else {
            request.body = message
        }
        return request
    }

    func announce(_ timeout: Duration?, in request: inout CurlRequest) {}

    func answer(_ response: CurlResponse) -> OTLPAnswer {
        let type = response.header("content-type")
        guard !(200..<300).contains(response.status) else {
            return .taken(body: response.body, isJSON: type?.hasPrefix("application/json") ?? isJSON)
        }
        let reason = "\(settings.place) answered \(response.status)\(Self.explanation(response))"
        return RetryPolicy.isRetryable(status: response.status)
            ? .busy(reason, retryAfter: response.retryAfter) : .refused(reason)
    }

    /// What an error response says, as far as it can be read; shortened, since it goes to a log.
    private static func explanation(_ response: CurlResponse) -> String {
        let isJSON = response.header("content-type")?.hasPrefix("application/json") ?? false
        let status = isJSON ? try? RPCStatus(json: response.body) : try? RPCStatus(protobuf: response.body)
        guard let message = status?.message, !message.isEmpty else { return "" }
        return ": \(message.truncated(to: 200))"
    }
}
