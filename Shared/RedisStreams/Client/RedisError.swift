public import MessageStream

/// Why Redis could not be asked, or did not do what it was asked.
public enum RedisError: MessageError, Hashable, CustomStringConvertible {
    /// There is no connection to be had.
    case unreachable(server: String, reason: String)
    /// Redis ended the connection before it had answered.
    case disconnected(server: String)
    /// Redis did not answer in time.
    case timedOut(server: String)
    /// What answers does not speak Redis' protocol, or says more than is taken in.
    case unreadable(server: String, reason: String)
    /// Redis said no.
    case refused(server: String, RedisRefusal)
    /// All connections are in use.
    case busy(server: String, connections: Int)

    /// What happened, for people; no password and nothing of a message.
    public var description: String {
        switch self {
        case .unreachable(let server, let reason): "Redis at \(server) cannot be reached: \(reason)"
        case .disconnected(let server): "Redis at \(server) ended the connection before it had answered."
        case .timedOut(let server): "Redis at \(server) did not answer in time."
        case .unreadable(let server, let reason): "What answers at \(server) cannot be understood: \(reason)"
        case .refused(let server, let refusal): "\(refusal.remedy) (\(server), \(refusal.rawValue))."
        case .busy(let server, let connections): "All \(connections) connections to Redis at \(server) are in use."
        }
    }

    /// `error.type`.
    public var errorType: String {
        switch self {
        case .unreachable: "redis_unreachable"
        case .disconnected: "redis_disconnected"
        case .timedOut: "timeout"
        case .unreadable: "redis_unreadable"
        case .refused(_, let refusal): refusal.rawValue
        case .busy: "redis_busy"
        }
    }
}
