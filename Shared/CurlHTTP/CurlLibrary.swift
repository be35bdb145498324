import CCurl

/// libcurl's state for the whole process.
enum CurlLibrary {
    private static let once: Void = {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    }()

    /// Prepares libcurl before the first handle is made.
    static func prepare() {
        _ = once
    }
}
