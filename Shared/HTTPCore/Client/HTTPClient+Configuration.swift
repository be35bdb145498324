extension HTTPClient {
    /// What a client allows. Every bound has a default that suits calls between services.
    public struct Configuration: Sendable {
        /// How long establishing a connection may take, all addresses together; 1 s by default.
        public var connectTimeout: Duration = .seconds(1)
        /// How long a request may take, from sending it to the last byte of the answer; 10 s by default.
        public var requestTimeout: Duration = .seconds(10)
        /// How many connections one origin may have; further requests wait in order. 64 by default.
        public var maximumConnectionsPerOrigin = 64
        /// How many requests may wait for a connection to one origin; 10,000 by default.
        public var maximumWaitingPerOrigin = 10_000
        /// How long an unused connection is kept; 30 s by default, less than servers usually keep theirs.
        public var idleTimeout: Duration = .seconds(30)
        /// The largest answer, in bytes; 32 MiB by default.
        public var maximumResponseBytes = 32 << 20
        /// How large the parts of an answer's head may be.
        public var limits = MessageLimits()

        /// The default configuration.
        public init() {}
    }
}
