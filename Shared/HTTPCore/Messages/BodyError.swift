/// Why a body could not be read to its end.
public enum BodyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is larger than the reader allows, in bytes.
    case tooLarge(limit: Int)
    /// The connection ended in the middle of it.
    case incomplete
    /// It came too slowly.
    case timedOut
    /// Its framing is malformed.
    case malformed(String)
    /// The response was already sent, or another reader has it.
    case unavailable

    /// One sentence about the cause.
    public var description: String {
        switch self {
        case .tooLarge(let limit): "The body is larger than \(limit) bytes."
        case .incomplete: "The connection ended before the body was complete."
        case .timedOut: "The body came too slowly."
        case .malformed(let reason): reason
        case .unavailable: "The body can no longer be read."
        }
    }
}
