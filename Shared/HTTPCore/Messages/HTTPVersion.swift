/// The version of HTTP that a message came in.
public enum HTTPVersion: String, Sendable, Hashable, CustomStringConvertible {
    /// HTTP/1.0 (RFC 1945).
    case http10 = "1.0"
    /// HTTP/1.1 (RFC 9112).
    case http11 = "1.1"
    /// HTTP/2 (RFC 9113).
    case http2 = "2"

    /// The version's number: `1.0`, `1.1` or `2`.
    public var description: String { rawValue }
}
