import CCurl

/// libcurl's state for the whole process.
enum CurlLibrary {
    private static let once: Void = {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    }()

    /// Whether a connection on which HTTP/2 is spoken without TLS can serve more than one request. Before version 8.0.0
    /// the second one fails with an error in the framing layer.
    static let keepsPlainHTTP2 = ccurl_version_number() >= 0x08_00_00

    /// Prepares libcurl before the first handle is made.
    static func prepare() {
        _ = once
    }
}
