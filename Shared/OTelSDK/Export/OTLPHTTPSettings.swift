import CurlHTTP

/// Where and how one signal is sent by OTLP/HTTP (OpenTelemetry specification, OTLP Exporter).
public struct OTLPHTTPSettings: Sendable {
    /// How messages are written.
    public enum Encoding: String, Sendable, Hashable {
        /// Protobuf; the default.
        case protobuf = "http/protobuf"
        /// OTLP/JSON.
        case json = "http/json"
    }

    /// How bodies are compressed.
    public enum Compression: String, Sendable, Hashable {
        /// Not at all; the default.
        case none
        /// By gzip.
        case gzip
    }

    /// The whole URL, the signal's path included.
    public var url: String
    /// How messages are written.
    public var encoding = Encoding.protobuf
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
    public init(url: String) {
        self.url = url
    }
}
