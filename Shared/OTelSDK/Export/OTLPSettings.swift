import CurlHTTP

/// Where and how one signal is sent by OTLP (OpenTelemetry specification, OTLP Exporter).
public struct OTLPSettings: Sendable {
    /// How messages are sent (`OTEL_EXPORTER_OTLP_PROTOCOL`).
    public enum Transport: String, Sendable, Hashable {
        /// OTLP/HTTP, in protobuf; the default.
        case httpProtobuf = "http/protobuf"
        /// OTLP/HTTP, in JSON.
        case httpJSON = "http/json"
        /// OTLP/gRPC.
        case grpc
    }

    /// How bodies are compressed.
    public enum Compression: String, Sendable, Hashable {
        /// Not at all; the default.
        case none
        /// By gzip.
        case gzip
    }

    /// The whole URL, the signal's path included; for gRPC without a path, such as `http://localhost:4317`.
    public var url: String
    /// How messages are sent.
    public var transport: Transport
    /// How bodies are compressed.
    public var compression = Compression.none
    /// Further header fields, such as an authorization.
    public var headers: [(name: String, value: String)] = []
    /// How long one export may take, with everything that is tried again; 10 s by default, zero for no limit.
    public var timeout: Duration = .seconds(10)
    /// Certificates; the system's by default.
    public var tls = OTLPTLSFiles()
    /// When a request is sent again.
    public var retry = RetryPolicy()
    /// The largest body before compression, in bytes; a larger one is dropped. 64 MiB by default.
    public var maximumRequestBytes = 64 << 20
    /// The largest response that is read, in bytes; 4 MiB by default.
    public var maximumResponseBytes = 4 << 20
    /// What stands before the exporter's own name in the `User-Agent` field; nothing by default.
    public var userAgentPrefix = ""

    /// Creates settings.
    public init(url: String, transport: Transport = .httpProtobuf) {
        self.url = url
        self.transport = transport
    }

    /// The endpoint without what may be secret in it.
    var place: String { CurlURL(url)?.description ?? "The endpoint" }

    /// A request with what all transports say.
    func request(to url: String) -> CurlRequest {
        var request = CurlRequest(method: "POST", url: url)
        request.headers = headers
        request.headers.append(("User-Agent", userAgent))
        request.tls = tls.curl
        request.maximumResponseBytes = maximumResponseBytes
        return request
    }

    private var userAgent: String {
        let own = "OTel-OTLP-Exporter-Swift/\(SDKVersion.current)"
        return userAgentPrefix.isEmpty ? own : "\(userAgentPrefix) \(own)"
    }
}
