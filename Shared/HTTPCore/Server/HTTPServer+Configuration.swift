extension HTTPServer {
    /// Where a server listens and what it allows. Every bound has a default that suits a small service.
    public struct Configuration: Sendable {
        /// The host to listen on; `127.0.0.1` by default, `0.0.0.0` or `::` for every interface.
        public var host = "127.0.0.1"
        /// The port; 0, the default, lets the system choose.
        public var port = 0
        /// Whether other processes of the same user may listen on the port at the same time (`SO_REUSEPORT`), so that a new
        /// release can take over before the old one has drained, or several processes share a port; `false` by default,
        /// since a second server that was started by mistake should say so.
        public var sharesPort = false
        /// How many connections may wait to be accepted; 1024 by default.
        public var backlog = 1_024
        /// How many connections are served at once; further ones wait in the backlog. 8192 by default.
        public var maximumConnections = 8_192
        /// How many requests one connection may send before it is closed; 100,000 by default.
        public var maximumRequestsPerConnection = 100_000
        /// How large the parts of a request's head may be.
        public var limits = MessageLimits()
        /// What a client of HTTP/2 may ask of a connection.
        public var http2 = HTTP2Limits()
        /// How large a body may be at all, in bytes; handlers usually allow less. 32 MiB by default.
        public var maximumBodyBytes = 32 << 20
        /// How much of a body that a handler left unread is read and dropped to keep the connection; 64 KiB by default.
        public var maximumDrainedBytes = 65_536
        /// How long a head may take from its first byte; 10 s by default.
        public var headerTimeout: Duration = .seconds(10)
        /// How long a body may pause between two pieces; 15 s by default.
        public var bodyTimeout: Duration = .seconds(15)
        /// How slowly a body may come on the whole, in bytes a second, once ``bodyTimeout`` has passed; 240 by default, and
        /// 0 for no minimum. Only the time in which the server waits for the client counts.
        public var minimumBodyBytesPerSecond = 240
        /// How long a connection may stay without a request; 60 s by default.
        public var idleTimeout: Duration = .seconds(60)
        /// How long a client may take to read a piece of a response; 30 s by default.
        public var writeTimeout: Duration = .seconds(30)
        /// Whether a client of HTTP/1.1 that closes its side while it is answered counts as gone, and its handler is
        /// cancelled; `false` by default, since a client may close its side and still wait (RFC 9112, section 9.6). For
        /// services whose answers cost much and whose clients do not do that, such as browsers and HTTP libraries.
        public var cancelsWhenClientStopsSending = false
        /// How long requests in flight may take to finish at shutdown; 6 s by default. Those that are cancelled then have
        /// another second, so that the whole fits in the 8 s after which `./demo` ends a process by force.
        public var shutdownGracePeriod: Duration = .seconds(6)
        /// How long a client's requests may be on their way once the server drains: the first of a connection, counted from
        /// when it was accepted, and on HTTP/2 those sent before the client knew.
        var freshness: Duration = .milliseconds(250)

        /// The default configuration.
        public init() {}
    }
}
