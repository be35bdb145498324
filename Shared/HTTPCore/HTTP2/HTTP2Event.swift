import HTTPTypes

/// What bytes from a client of HTTP/2 meant.
enum HTTP2Event {
    /// A request's head is complete; its body may follow.
    case request(HTTP2Request)
    /// The stream's inbox has something for its reader: bytes, the end, or a failure.
    case readable(Int32)
    /// The stream is over before its answer was: the client gave it up, or broke the protocol on it.
    case abandoned(Int32)
    /// The client has acknowledged a ping of ours.
    case pingAcknowledged
}

/// The head of a request on a stream.
struct HTTP2Request {
    let stream: Int32
    /// The head, or why it is not taken.
    let head: Result<HTTPRequest, ProtocolError>
    let contentLength: Int?
    let expectsContinue: Bool
}
