public import HTTPTypes

/// A request as a handler sees it.
public struct Request: Sendable {
    /// Method, raw target, authority and fields.
    public var head: HTTPRequest
    /// The target's path: percent-decoded, dot segments resolved, without the query.
    public var path: String
    /// The target's query, decoded.
    public var query: QueryParameters
    /// The body, which arrives while it is read.
    public var body: RequestBody

    /// The host and port that the client asked for: its absolute target's or its Host field's (RFC 9110, section 7.2);
    /// `nil` when it named none, as an HTTP/1.0 client may.
    public var authority: Authority? { head.authority.flatMap(Authority.init) }

    /// Creates a request, for tests of handlers; servers make their own.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: Path and query as they go on the wire.
    ///   - headers: The fields.
    ///   - body: The whole body.
    public init(method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: [UInt8] = []) {
        let parsed = try? RequestTarget(target)
        head = HTTPRequest(method: method, scheme: "http", authority: nil, path: target, headerFields: headers)
        path = parsed?.path ?? target
        query = QueryParameters(parsed?.query)
        self.body = RequestBody(bytes: body)
    }

    init(head: HTTPRequest, target: RequestTarget, body: RequestBody) {
        self.head = head
        path = target.path
        query = QueryParameters(target.query)
        self.body = body
    }
}
