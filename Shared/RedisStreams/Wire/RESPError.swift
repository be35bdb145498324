/// Bytes that are no reply of Redis, or one that is larger than allowed.
enum RESPError: Error, Hashable, CustomStringConvertible {
    /// The bytes follow no rule of the protocol.
    case malformed(String)
    /// The reply is larger than allowed.
    case tooLarge(String)

    var description: String {
        switch self {
        case .malformed(let what): "The reply is none of Redis' protocol: \(what)."
        case .tooLarge(let what): "The reply is too large: \(what)."
        }
    }
}
