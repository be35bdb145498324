import CurlHTTP
import GRPC
import Gzip
import OTLP

/// OTLP/gRPC: a message is the only one of a unary call (OTLP specification, OTLP/gRPC; gRPC over HTTP/2).
struct OTLPGRPCTransport: OTLPTransport {
    let settings: OTLPSettings
    let signal: OTLPSignal

    var isJSON: Bool { false }

    func request(_ message: [UInt8]) -> CurlRequest {
        let endpoint = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        var request = settings.request(to: endpoint + signal.method)
        request.version = .http2
        request.headers.append(("Content-Type", "application/grpc"))
        request.headers.append(("TE", "trailers"))
        request.headers.append(("grpc-accept-encoding", "identity,gzip"))
        if settings.compression == .gzip {
            request.headers.append(("grpc-encoding", "gzip"))
            request.body = GRPCFrame(Gzip.compress(message, level: 3), isCompressed: true).bytes
        } else {
            request.body = GRPCFrame(message).bytes
        }
        return request
    }

    func announce(_ timeout: Duration?, in request: inout CurlRequest) {
        request.headers.removeAll { $0.name == "grpc-timeout" }
        if let timeout { request.headers.append(("grpc-timeout", GRPCTimeout.field(timeout))) }
    }

    func answer(_ response: CurlResponse) -> OTLPAnswer {
        let status = GRPCStatus(response)
        guard status.code == .ok else {
            let reason = "\(settings.place) answered \(status)"
            return status.isRetryable ? .busy(reason, retryAfter: status.retryDelay) : .refused(reason)
        }
        guard let message = message(of: response) else {
            return .refused("\(settings.place) took the message, but its answer cannot be read")
        }
        return .taken(body: message, isJSON: false)
    }

    private func message(of response: CurlResponse) -> [UInt8]? {
        var decoder = GRPCFrameDecoder(maximumBytes: settings.maximumResponseBytes)
        guard (try? decoder.append(response.body)) != nil, let frame = try? decoder.finish() else { return nil }
        guard frame.isCompressed else { return frame.message }
        guard response.header("grpc-encoding") == "gzip" else { return nil }
        return try? Gzip.expand(frame.message, upTo: settings.maximumResponseBytes)
    }
}
