/// An HTTP request that leaves the suite.
public struct CurlRequest: Sendable {
    /// The method.
    public var method: String
    /// The whole URL, `http` or `https`, without a user or a password.
    public var url: String
    /// The fields, in order.
    public var headers: [(name: String, value: String)]
    /// The body; none for methods without one.
    public var body: [UInt8]
    /// How long all of it may take; 10 s by default.
    public var timeout: Duration
    /// How long establishing the connection may take; 5 s by default.
    public var connectTimeout: Duration
    /// The largest answer, in bytes; 4 MiB by default.
    public var maximumResponseBytes: Int
    /// What TLS needs to know; the system's certificates by default.
    public var tls: CurlTLS

    /// Creates a request.
    public init(
        method: String = "GET",
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(10),
        connectTimeout: Duration = .seconds(5),
        maximumResponseBytes: Int = 4 << 20,
        tls: CurlTLS = CurlTLS()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maximumResponseBytes = maximumResponseBytes
        self.tls = tls
    }
}

/// Certificates for TLS, as files in PEM format.
public struct CurlTLS: Sendable, Hashable {
    /// Certificates to trust instead of the system's.
    public var certificateAuthorityFile: String?
    /// The client's certificate.
    public var clientCertificateFile: String?
    /// The client's private key.
    public var clientKeyFile: String?

    /// Creates settings; each file is optional.
    public init(
        certificateAuthorityFile: String? = nil,
        clientCertificateFile: String? = nil,
        clientKeyFile: String? = nil
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
    }
}

/// The answer to a request, complete.
public struct CurlResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The fields, in order, with lower-case names.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// The first value of a field; the name is given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}

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
