/// Why a server could not begin to listen, or go on.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Something else listens on the port.
    case addressInUse(host: String, port: Int)
    /// The port needs a privilege that this process has not, or the host is not this machine's.
    case cannotListen(host: String, port: Int, reason: String)
    /// The listening socket broke while the server ran, or the server was run a second time.
    case stoppedListening(host: String, port: Int, reason: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .addressInUse(let host, let port):
            "\(host):\(port) is taken: stop what listens there, or choose another port."
        case .cannotListen(let host, let port, let reason):
            "Cannot listen on \(host):\(port): \(reason)"
        case .stoppedListening(let host, let port, let reason):
            "Nobody can connect to \(host):\(port) any more: \(reason). Start a new server."
        }
    }
}
