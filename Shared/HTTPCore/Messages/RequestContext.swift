/// What the server knows about a request beside its message.
public struct RequestContext: Sendable {
    /// The matched template, such as `/products/{id}`; `nil` when no route matched.
    public var route: String?
    /// What the template's parameters matched.
    public var parameters = PathParameters()
    /// The client's end of the connection.
    public var remoteAddress: SocketAddress
    /// The server's end of the connection.
    public var localAddress: SocketAddress
    /// The version of HTTP that the request came in.
    public var version: HTTPVersion

    /// Creates a context, for tests of handlers; servers make their own.
    public init(
        remoteAddress: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0),
        localAddress: SocketAddress = SocketAddress(host: "127.0.0.1", port: 0),
        version: HTTPVersion = .http11
    ) {
        self.remoteAddress = remoteAddress
        self.localAddress = localAddress
        self.version = version
    }
}

/// The values of a template's parameters, by name.
public struct PathParameters: Sendable, Hashable {
    private var pairs: [Pair] = []

    private struct Pair: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// No parameters.
    public init() {}

    /// The decoded value of a parameter.
    public subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    mutating func append(_ name: String, _ value: String) {
        pairs.append(Pair(name: name, value: value))
    }
}
