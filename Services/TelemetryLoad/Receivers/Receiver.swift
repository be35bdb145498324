import CurlHTTP
import GRPC
import OTLP

/// Where telemetry is sent, and how.
struct Receiver: Sendable {
    /// How OTLP is carried.
    enum Transport: String, Sendable, CaseIterable {
        /// OTLP/gRPC: unary calls over HTTP/2.
        case grpc
        /// OTLP/HTTP with protobuf bodies.
        case http

        /// The port that the specification gives it on this machine.
        var defaultEndpoint: String {
            switch self {
            case .grpc: "http://127.0.0.1:4317"
            case .http: "http://127.0.0.1:4318"
            }
        }
    }

    let transport: Transport
    let signal: Signal
    /// Scheme, host and port, and a path before the signal's own.
    let endpoint: String
    /// Fields beside the protocol's own.
    let headers: [(name: String, value: String)]
    /// How long a request may take.
    let timeout: Duration
    let client: CurlClient

    /// What stands before a message in a body: with gRPC, whether it is compressed and how long it is.
    func prefix(_ count: Int) -> [UInt8] {
        switch transport {
        case .http: []
        case .grpc: GRPCFrame.prefix(count)
        }
    }

    /// Sends a body.
    ///
    /// - Throws: `CurlError` when there was no answer.
    func send(_ body: [UInt8]) async throws(CurlError) -> ReceiverAnswer {
        let response = try await client.execute(request(body))
        switch transport {
        case .http: return ReceiverAnswer(http: response, signal)
        case .grpc: return ReceiverAnswer(grpc: response, signal)
        }
    }

    private func request(_ body: [UInt8]) -> CurlRequest {
        var request = CurlRequest(method: "POST", url: url, headers: headers, body: body, timeout: timeout)
        switch transport {
        case .http:
            request.headers.append(("Content-Type", "application/x-protobuf"))
        case .grpc:
            request.version = .http2
            request.headers.append(("Content-Type", "application/grpc"))
            request.headers.append(("TE", "trailers"))
        }
        return request
    }

    private var url: String {
        let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        switch transport {
        case .grpc: return base + signal.method
        case .http: return base.hasSuffix(signal.path) ? base : base + signal.path
        }
    }
}
