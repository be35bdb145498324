import HTTPTypes

/// One request that a journey will send, settled before anything is sent.
struct PlannedRequest: Sendable, Equatable {
    var method: HTTPRequest.Method
    /// Path and query as they go on the wire.
    var target: String
    /// The body as it goes on the wire; JSON when it is not empty.
    var body: String = ""
    /// How long the shopper looks at the page before this request.
    var pause: Duration = .zero
}
