import GRPC
import HTTPCore
import HTTPTypes
import OTLP

/// How a call fails: what `grpc-status`, `grpc-message` and `grpc-status-details-bin` say (gRPC over HTTP/2, Responses).
struct GRPCFailure: Error, Sendable, Equatable {
    let code: GRPCCode
    let message: String
    /// When the client may try again, if it may (OTLP specification, OTLP/gRPC Throttling).
    var retryDelay: Duration?

    /// The answer, which has no message and therefore its status in the head.
    var response: Response {
        var fields: HTTPFields = [.contentType: "application/grpc", .grpcStatus: "\(code.rawValue)"]
        fields[.grpcMessage] = GRPCMessage.field(message)
        if let retryDelay {
            let details = RPCErrorDetails(code: Int32(code.rawValue), message: message, retryDelay: retryDelay)
            fields[.grpcStatusDetails] = details.header
        }
        return Response(status: .ok, headers: fields)
    }
}

extension HTTPField.Name {
    static let grpcStatus = HTTPField.Name("grpc-status")!
    static let grpcMessage = HTTPField.Name("grpc-message")!
    static let grpcStatusDetails = HTTPField.Name("grpc-status-details-bin")!
    static let grpcEncoding = HTTPField.Name("grpc-encoding")!
    static let grpcAcceptEncoding = HTTPField.Name("grpc-accept-encoding")!
    static let grpcTimeout = HTTPField.Name("grpc-timeout")!
}

extension GRPCFailure {
    /// What a refusal is called in gRPC. A full collector is RESOURCE_EXHAUSTED and says when to try again, which tells it
    /// apart from a message that is too large (OTLP specification, OTLP/gRPC Response).
    init(_ refusal: Refusal) {
        message = refusal.message
        switch refusal {
        case .tooLarge: code = .resourceExhausted
        case .full, .logFull:
            code = .resourceExhausted
            retryDelay = .seconds(1)
        case .logUnwritable, .ending:
            code = .unavailable
            retryDelay = .seconds(1)
        case .unsupportedContentEncoding: code = .unimplemented
        case .unsupportedMediaType, .undecodable: code = .invalidArgument
        case .compressedWithoutCoding: code = .internal
        case .late: code = .deadlineExceeded
        case .interrupted: code = .cancelled
        }
    }
}

/// Tells clients of gRPC in its own words what the router and other middleware answer in HTTP's: a method that does not
/// exist is UNIMPLEMENTED.
struct GRPCAnswers: Middleware {
    func respond(to request: Request, context: RequestContext, next: any Responder) async throws -> Response {
        let response = try await next.respond(to: request, context: context)
        guard response.head.status != .ok, Self.isCall(request) else { return response }
        let code = GRPCCode(httpStatus: response.head.status.code)
        return GRPCFailure(code: code, message: response.head.status.reasonPhrase).response
    }

    /// Whether a request is a call, of whatever message format.
    static func isCall(_ request: Request) -> Bool {
        request.head.headerFields[.contentType]?.lowercased().hasPrefix("application/grpc") ?? false
    }
}
