import HTTPTypes

/// A message that HTTP/1.1 does not allow, or that is larger than this server takes; the connection closes after the
/// answer, since where the next message begins is no longer certain.
struct ProtocolError: Error, Equatable, CustomStringConvertible {
    let status: HTTPResponse.Status
    let description: String

    static func bad(_ reason: String) -> ProtocolError {
        ProtocolError(status: .badRequest, description: reason)
    }
}
