public import HTTPTypes
public import Logging

/// Why a call to another service gave no usable answer.
public enum ServiceCallError: ProblemConvertible, Sendable, CustomStringConvertible {
    /// The caller's time was over before the call or while it waited.
    case deadlineExceeded(service: String)
    /// No connection, or it broke before the answer was complete.
    case unreachable(service: String, reason: String)
    /// The service answered with a status outside 2xx.
    case refused(service: String, status: HTTPResponse.Status, problem: ProblemDocument?)
    /// The service answered 2xx with a body that cannot be decoded.
    case unreadable(service: String)

    /// The service that was called.
    public var service: String {
        switch self {
        case .deadlineExceeded(let service), .unreachable(let service, _), .refused(let service, _, _),
            .unreadable(let service):
            service
        }
    }

    /// One sentence with the service and the cause.
    public var description: String {
        switch self {
        case .deadlineExceeded(let service):
            "\(service) did not answer within the time that was left."
        case .unreachable(let service, let reason):
            "\(service) cannot be reached: \(reason)"
        case .refused(let service, let status, let problem):
            "\(service) answered \(status.code): \(problem?.detail ?? problem?.title ?? status.reasonPhrase)"
        case .unreadable(let service):
            "\(service) sent an answer that this version does not understand."
        }
    }

    /// What the client of this service is told when a handler lets this error through.
    public var problem: Problem {
        switch self {
        case .deadlineExceeded(let service):
            Problem(.gatewayTimeout, detail: "\(service) took too long.")
        case .unreachable(let service, _):
            .unavailable("\(service) is not available right now.", retryAfter: 1)
        case .refused(let service, let status, let problem):
            status.kind == .clientError
                ? Problem(
                    status,
                    title: problem?.title,
                    detail: problem?.detail,
                    invalidFields: problem?.errors ?? []
                )
                : Problem(.badGateway, detail: "\(service) could not do its part.")
        case .unreadable(let service):
            Problem(.badGateway, detail: "\(service) sent an answer that cannot be used.")
        }
    }

    /// The same for every cause.
    public var logMessage: Logger.Message { "A call to another service failed" }

    /// `info` when the other service refused the request with a 4xx, which the client caused; `error` when
    /// the call itself failed.
    public var logLevel: Logger.Level {
        if case .refused(_, let status, _) = self, status.kind == .clientError { .info } else { .error }
    }

    /// The value of `error.type`, of low cardinality.
    public var errorType: String {
        switch self {
        case .deadlineExceeded: "timeout"
        case .unreachable: "connection_error"
        case .refused(_, let status, _): String(status.code)
        case .unreadable: "unreadable_response"
        }
    }
}
