/// Why a request got no complete answer.
public enum HTTPClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The request's authority, scheme or target cannot be used.
    case invalidRequest(String)
    /// The host name has no address.
    case unresolvable(host: String, reason: String)
    /// No connection was established in time.
    case connectTimeout(authority: String)
    /// Nobody listens there, or the network refuses.
    case connectionRefused(authority: String, reason: String)
    /// All connections to the origin were busy for too long.
    case noFreeConnection(authority: String)
    /// The server took longer than the client's request timeout.
    case requestTimeout(authority: String)
    /// The caller's own deadline passed.
    case deadlineExceeded(authority: String)
    /// The connection ended before the answer was complete.
    case connectionClosed(authority: String)
    /// The answer is not HTTP/1.1.
    case malformedResponse(authority: String, reason: String)
    /// The answer is larger than the client allows, in bytes.
    case responseTooLarge(limit: Int)
    /// The client was shut down.
    case shutDown

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .invalidRequest(let reason): "The request cannot be sent: \(reason)"
        case .unresolvable(let host, let reason): "\(host) has no address: \(reason)"
        case .connectTimeout(let authority): "No connection to \(authority) was established in time."
        case .connectionRefused(let authority, let reason): "\(authority) cannot be reached: \(reason)"
        case .noFreeConnection(let authority): "All connections to \(authority) stayed busy."
        case .requestTimeout(let authority): "\(authority) did not answer within the request timeout."
        case .deadlineExceeded(let authority): "\(authority) did not answer before the caller's deadline."
        case .connectionClosed(let authority): "\(authority) closed the connection before the answer was complete."
        case .malformedResponse(let authority, let reason): "\(authority) sent an answer that is not HTTP: \(reason)"
        case .responseTooLarge(let limit): "The answer is larger than \(limit) bytes."
        case .shutDown: "The client was shut down."
        }
    }
}
