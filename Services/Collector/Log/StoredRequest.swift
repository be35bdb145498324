/// A request as the log keeps it.
struct StoredRequest: Sendable, Equatable {
    /// When it arrived, in nanoseconds since 1970, UTC.
    let arrival: UInt64
    /// Its body in protobuf.
    let body: [UInt8]
    /// Whether it is the collector's own telemetry, which nobody sent.
    var isOwn = false
}
