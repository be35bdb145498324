/// How the end of a message's body is known (RFC 9112, section 6.3).
enum BodyFraming: Equatable, Sendable {
    /// No body.
    case none
    /// A body of so many bytes.
    case length(Int)
    /// A body in chunks.
    case chunked
    /// Whatever comes until the connection ends; responses only.
    case untilClose
}
