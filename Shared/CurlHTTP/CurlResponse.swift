/// The answer to a request, complete.
public struct CurlResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The fields, in order, with lower-case names.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]
    /// The fields that came after the body (RFC 9110 §6.5), in order, with lower-case names.
    public var trailers: [(name: String, value: String)] = []
    /// How long the server asks to wait before the next request (`Retry-After`, RFC 9110 §10.2.3); `nil` when it does
    /// not ask, or for no time at all.
    public var retryAfter: Duration?

    /// The first value of a field; the name is given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
