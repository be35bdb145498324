/// What a browser sends: the signals of OTLP that it has.
enum BrowserSignal: String, CaseIterable, Sendable {
    case traces
    /// Log records; those of a session replay among them.
    case logs

    /// Where it comes in.
    var intakePath: String { "/telemetry/v1/\(rawValue)" }
    /// Where it goes (OTLP specification, OTLP/HTTP request).
    var collectorPath: String { "/v1/\(rawValue)" }
}

/// One request of a browser: OTLP in JSON, as it came.
struct BrowserBatch: Sendable {
    let signal: BrowserSignal
    let body: [UInt8]
    /// `gzip`, or `nil` for a body that is not compressed.
    let contentCoding: String?
    let arrival = ContinuousClock.now
}
