import CurlHTTP

/// Why there are no vectors.
enum EmbeddingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No answer.
    case unreachable(CurlError)
    /// It cannot at the moment, or not for this caller: the same texts may be sent again.
    case unavailable(status: Int, message: String, retryAfter: Duration?)
    /// It says no to what was sent.
    case refused(status: Int, message: String)
    /// It answered something else than a vector for each text.
    case unexpected(String)

    /// How long the endpoint asks to be left alone.
    var retryAfter: Duration? {
        if case .unavailable(_, _, let wait) = self { wait } else { nil }
    }

    var description: String {
        switch self {
        case .unreachable(let error):
            "The embedding endpoint did not answer: \(error) Check EMBEDDING_ENDPOINT, or ./demo status."
        case .unavailable(let status, let message, _) where status == 401 || status == 403:
            "The embedding endpoint wants another EMBEDDING_API_KEY (status \(status)): \(message)"
        case .unavailable(let status, let message, _):
            "The embedding endpoint cannot answer now (status \(status)): \(message)"
        case .refused(let status, let message): "The embedding endpoint refused (status \(status)): \(message)"
        case .unexpected(let what): "The embedding endpoint's answer cannot be used: \(what)"
        }
    }
}
