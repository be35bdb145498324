import CurlHTTP
import OTLP
import TextCoding

/// How a gRPC call ended (gRPC over HTTP/2, Responses).
struct GRPCStatus: CustomStringConvertible {
    /// gRPC's status codes.
    enum Code: Int {
        case ok = 0
        case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
        case dataLoss, unauthenticated

        /// What an HTTP status means where there is no gRPC status (gRPC, HTTP to gRPC Status Code Mapping).
        init(httpStatus: Int) {
            self =
                switch httpStatus {
                case 400: .internal
                case 401: .unauthenticated
                case 403: .permissionDenied
                case 404: .unimplemented
                case 429, 502, 503, 504: .unavailable
                default: .unknown
                }
        }

        /// The name in gRPC's documentation: `DEADLINE_EXCEEDED`.
        var name: String {
            "\(self)".reduce(into: "") { $0 += $1.isUppercase ? "_\($1)" : $1.uppercased() }
        }
    }

    let code: Code
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
            code = Code(httpStatus: response.status)
            message =
                response.status == 200 ? "the answer is not gRPC's" : "HTTP status \(response.status)"
            retryDelay = response.retryAfter
            return
        }
        code = Int(status).flatMap { Code(rawValue: $0) } ?? .unknown
        let text = field("grpc-message") ?? ""
        message = (PercentCoding.decodeRepairing(text) ?? text).truncated(to: 200)
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
