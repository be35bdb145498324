/// Whether a request goes by the proxy that the environment names (`http_proxy`, `https_proxy`, `no_proxy`).
public enum CurlProxy: Sendable, Hashable {
    /// By the environment's proxy, except to this machine: `localhost`, `127.0.0.0/8` and `::1` are never proxied.
    case environmentExceptLoopback
    /// By the environment's proxy, to this machine too.
    case environment
    /// Never.
    case none
}
