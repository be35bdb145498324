/// The version of HTTP that a request is sent in.
public enum CurlHTTPVersion: Sendable, Hashable {
    /// HTTP/1.1.
    case http1
    /// HTTP/2: known beforehand to be spoken at `http://` (RFC 9113 §3.3), agreed upon by ALPN at `https://`. Requests
    /// to one origin share a connection, unless TLS is missing and libcurl is older than 8.0.0.
    case http2
}
