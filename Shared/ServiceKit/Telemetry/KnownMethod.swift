import HTTPTypes

/// A request method by the HTTP semantic conventions: one of a closed set, or `_OTHER`, so that a client cannot
/// create span names and metric series.
struct KnownMethod {
    private static let known: Set<String> = [
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    ]

    /// All values of `http.request.method`.
    static let attributes = known.union([other])

    private static let other = "_OTHER"

    /// The value of `http.request.method`.
    let attribute: String
    /// The value of `http.request.method_original`, where it differs.
    let original: String?

    init(_ method: HTTPRequest.Method) {
        let name = method.rawValue
        let isKnown = Self.known.contains(name)
        attribute = isKnown ? name : Self.other
        original = isKnown ? nil : name
    }

    /// The method's part of a span name.
    var spanName: String { original == nil ? attribute : "HTTP" }
}
