/// An HTTP request that leaves the suite.
public struct CurlRequest: Sendable {
    /// The method.
    public var method: String
    /// The whole URL, `http` or `https`. A user and a password in it are sent as basic authentication, and shown nowhere.
    public var url: String
    /// The fields, in order.
    public var headers: [(name: String, value: String)]
    /// The body; none for methods without one.
    public var body: [UInt8]
    /// How long all of it may take; 10 s by default, and `nil` for no limit.
    public var timeout: Duration?
    /// How long establishing the connection may take; 5 s by default.
    public var connectTimeout: Duration
    /// The largest answer, in bytes; 4 MiB by default.
    public var maximumResponseBytes: Int
    /// What TLS needs to know; the system's certificates by default.
    public var tls: CurlTLS
    /// Whether it goes by a proxy; by the environment's, but not to this machine, by default.
    public var proxy: CurlProxy
    /// The version of HTTP; 1.1 by default.
    public var version: CurlHTTPVersion

    /// Creates a request.
    public init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration? = .seconds(10),
        connectTimeout: Duration = .seconds(5),
        maximumResponseBytes: Int = 4 << 20,
        tls: CurlTLS = CurlTLS(),
        proxy: CurlProxy = .environmentExceptLoopback,
        version: CurlHTTPVersion = .http1
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.tls = tls
        self.proxy = proxy
        self.version = version
    }
}
