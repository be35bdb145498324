/// Why a request got no complete answer.
public enum CurlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It took longer than it may.
    case timedOut(host: String)
    /// No connection, or it broke: libcurl's reason.
    case unreachable(host: String, reason: String)
    /// TLS failed: libcurl's reason.
    case tls(host: String, reason: String)
    /// The answer is larger than allowed, in bytes.
    case responseTooLarge(limit: Int)
    /// As many requests as allowed are under way.
    case tooManyTransfers(limit: Int)
    /// The URL, a method or a header field cannot be used.
    case invalidRequest(String)
    /// The task was cancelled.
    case cancelled
    /// The client was shut down.
    case shutDown

    /// One sentence about the cause. No header, query or credential is ever in it.
    public var description: String {
        switch self {
        case .timedOut(let host): "\(host) did not answer in time."
        case .unreachable(let host, let reason): "\(host) cannot be reached: \(reason)"
        case .tls(let host, let reason): "TLS with \(host) failed: \(reason)"
        case .responseTooLarge(let limit): "The answer is larger than \(limit) bytes."
        case .tooManyTransfers(let limit):
            "\(limit) requests are under way, as many as the client allows: wait for one, or allow more."
        case .invalidRequest(let reason): "The request cannot be sent: \(reason)"
        case .cancelled: "The request was cancelled."
        case .shutDown: "The client was shut down."
        }
    }
}
