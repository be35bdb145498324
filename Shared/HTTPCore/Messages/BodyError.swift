import HTTPTypes

/// Why a body could not be read to its end.
public enum BodyError: Error, Sendable, Equatable, CustomStringConvertible, HTTPResponseError {
    /// It is larger than the reader allows, in bytes.
    case tooLarge(limit: Int)
    /// The connection ended in the middle of it.
    case incomplete
    /// It came too slowly.
    case timedOut
    /// Its framing is malformed.
    case malformed(String)
    /// The response was already sent, or another reader has it.
    case unavailable

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .incomplete: "The connection ended before the body was complete."
        case .timedOut: "The body came too slowly."
        case .malformed(let reason): reason
        case .unavailable: "The body can no longer be read."
        }
    }

    /// 413, 408 or 400.
    public func response() -> Response {
        let status: HTTPResponse.Status =
            switch self {
            case .tooLarge: .contentTooLarge
            case .timedOut: .requestTimeout
            case .incomplete, .malformed, .unavailable: .badRequest
            }
        return .problem(status, detail: description)
    }
}
