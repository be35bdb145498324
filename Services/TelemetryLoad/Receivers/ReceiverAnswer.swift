import CurlHTTP
import GRPC
import OTLP

/// What a receiver said to a request.
struct ReceiverAnswer: Sendable, Equatable {
    /// The status of HTTP, or that of gRPC.
    let status: Int
    /// Whether it took the request.
    let isTaken: Bool
    /// How many of its records it did not take all the same (OTLP specification, Partial Success).
    let rejected: Int

    /// Reads an answer of OTLP/HTTP.
    init(http response: CurlResponse, _ signal: Signal) {
        status = response.status
        isTaken = response.status == 200
        rejected = isTaken ? Self.rejected(response.body, signal) : 0
    }

    /// Reads an answer of OTLP/gRPC. The status stands after the message, or in the head of an answer without one.
    init(grpc response: CurlResponse, _ signal: Signal) {
        let field = response.trailers.last { $0.name == "grpc-status" }?.value ?? response.header("grpc-status")
        // Without the field no server of gRPC answered.
        status = field.flatMap { Int($0) } ?? GRPCCode.unknown.rawValue
        isTaken = response.status == 200 && status == GRPCCode.ok.rawValue
        rejected = isTaken ? Self.rejected(Array(response.body.dropFirst(GRPCFrame.prefixLength)), signal) : 0
    }

    private static func rejected(_ message: [UInt8], _ signal: Signal) -> Int {
        guard !message.isEmpty else { return 0 }
        let count: Int64? =
            switch signal {
            case .traces: try? ExportTraceServiceResponse(protobuf: message).partialSuccess?.rejectedSpans
            case .logs: try? ExportLogsServiceResponse(protobuf: message).partialSuccess?.rejectedLogRecords
            case .metrics: try? ExportMetricsServiceResponse(protobuf: message).partialSuccess?.rejectedDataPoints
            }
        return Int(count ?? 0)
    }
}
