import CurlHTTP
import GRPC
import OTLP

/// How a gRPC call ended (gRPC over HTTP/2, Responses).
struct GRPCStatus: CustomStringConvertible {
    let code: GRPCCode
    let message: String
    /// When to try again, if the server says so.
    let retryDelay: Duration?

    init(_ response: CurlResponse) {
        // An answer without a message has its status in the head.
        func field(_ name: String) -> String? {
            response.trailers.first { $0.name == name }?.value ?? response.header(name)
        }
        let type = response.header("content-type") ?? ""
        guard response.status == 200, type.hasPrefix("application/grpc"), let status = field("grpc-status") else {
            code = GRPCCode(httpStatus: response.status)
            message =
                response.status == 200 ? "the answer is not gRPC's" : "HTTP status \(response.status)"
            retryDelay = response.retryAfter
            return
        }
        code = Int(status).flatMap { GRPCCode(rawValue: $0) } ?? .unknown
        message = GRPCMessage.text(field("grpc-message") ?? "").truncated(to: 200)
        retryDelay = field("grpc-status-details-bin").flatMap { RPCErrorDetails(header: $0) }?.retryDelay
    }

    /// Whether trying again may help (OTLP specification, OTLP/gRPC Response): an exhausted server must say when.
    var isRetryable: Bool {
        switch code {
        case .cancelled, .deadlineExceeded, .aborted, .outOfRange, .unavailable, .dataLoss: true
        case .resourceExhausted: retryDelay != nil
        default: false
        }
    }

    var description: String { message.isEmpty ? code.name : "\(code.name): \(message)" }
}
