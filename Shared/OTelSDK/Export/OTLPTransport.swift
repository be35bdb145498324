import CurlHTTP

/// How the messages of a signal are put into requests, and what answers mean.
protocol OTLPTransport: Sendable {
    /// Whether messages are written as JSON.
    var isJSON: Bool { get }
    /// The request that carries a message.
    func request(_ message: [UInt8]) -> CurlRequest
    /// Tells the server how long the request may take, where the protocol has a way to say so.
    func announce(_ timeout: Duration?, in request: inout CurlRequest)
    /// What the server says.
    func answer(_ response: CurlResponse) -> OTLPAnswer
}

/// What a server says to an export.
enum OTLPAnswer: Sendable, Equatable {
    /// It took the message; what it says about a part that it did not take.
    case taken(body: [UInt8], isJSON: Bool)
    /// It did not, and would not if it were asked again.
    case refused(String)
    /// It did not, and may if it is asked again, not before the time that it names.
    case busy(String, retryAfter: Duration?)
}

/// Which service of OTLP a message is for.
enum OTLPSignal: String, Sendable {
    case traces
    case metrics
    case logs

    /// The path of its method in gRPC.
    var method: String {
        switch self {
        case .traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
        case .metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
        case .logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
        }
    }
}
