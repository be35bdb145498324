public import HTTPTypes

/// A response as a handler makes it.
public struct Response: Sendable {
    /// Status and fields. Framing (`Content-Length`, `Transfer-Encoding`, `Connection`) and `Date` are the server's.
    public var head: HTTPResponse
    /// The body.
    public var body: ResponseBody

    /// Whether the response is over once its client stops sending; `false` by default.
    ///
    /// A client that says it will send nothing more may still wait for its answer, or may be gone: the network shows which
    /// only when bytes are sent to it. Set this for a stream that is quiet for long, such as events, whose clients keep
    /// both directions open for as long as they listen: the task that writes it is cancelled then.
    public var endsWithClient = false

    private(set) var completionHooks: [@Sendable (ResponseOutcome) -> Void] = []

    /// Creates a response.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: ResponseBody = .empty) {
        head = HTTPResponse(status: status, headerFields: headers)
        self.body = body
    }

    /// Calls back, once, when the last byte was handed to the kernel, or when writing failed.
    public mutating func onCompletion(_ hook: @escaping @Sendable (ResponseOutcome) -> Void) {
        completionHooks.append(hook)
    }

    /// Tells the hooks how it went.
    func complete(_ outcome: ResponseOutcome) {
        for hook in completionHooks { hook(outcome) }
    }
}

/// How the writing of a response ended.
public struct ResponseOutcome: Sendable {
    /// The bytes of the body that were handed to the kernel, without chunk framing.
    public var bodyBytes: Int
    /// Why the response is incomplete, or `nil` when it is complete.
    public var error: (any Error)?
}

/// The body of a response.
public enum ResponseBody: Sendable {
    /// No bytes.
    case empty
    /// All bytes at once.
    case bytes([UInt8])
    /// Bytes that are written one piece after another. With a length, that many bytes must be written; without one the
    /// body goes out in chunks.
    case stream(length: Int? = nil, _ write: @Sendable (ResponseBodyWriter) async throws -> Void)

    /// UTF-8 text.
    public static func text(_ text: String) -> ResponseBody { .bytes(Array(text.utf8)) }
}

/// An error that knows how it is answered.
public protocol HTTPResponseError: Error {
    /// The response to send instead of the one that the handler did not make.
    func response() -> Response
}

extension Response {
    /// A problem document (RFC 9457) about a status.
    static func problem(_ status: HTTPResponse.Status, detail: String? = nil, headers: HTTPFields = [:]) -> Response {
        var text = #"{"type":"about:blank","title":""# + status.reasonPhrase + #"","status":"# + String(status.code)
        if let detail { text += #","detail":""# + detail + #"""# }
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: .text(text + "}"))
    }
}
