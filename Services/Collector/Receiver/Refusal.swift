import HTTPCore
import HTTPTypes
import OTLP

/// Why a request is not taken (OTLP specification, Failures).
enum Refusal: Error, Sendable, Equatable {
    /// The body is in no encoding that OTLP has.
    case unsupportedMediaType(String)
    /// The body is compressed in a way that is not read here.
    case unsupportedContentEncoding(String)
    /// The body, expanded, is larger than allowed, or would be larger than the budget as rows.
    case tooLarge(limit: Int)
    /// The body is not what it claims to be.
    case undecodable(String)
    /// The memory budget is used up: too many requests are in flight.
    case full
    /// The log holds as much as it may: ClickHouse takes less than comes in.
    case logFull
    /// The log cannot be written: its disk is full, read-only or broken.
    case logUnwritable
    /// The collector is going away.
    case ending
    /// The body did not arrive.
    case interrupted(String)
    /// The client's time was over before the message had come; gRPC only.
    case late
    /// The message is compressed, and nothing says how; gRPC only.
    case compressedWithoutCoding

    /// What a budget without room means for the request.
    init(_ error: BudgetError) {
        switch error {
        case .neverFits(let capacity): self = .tooLarge(limit: capacity)
        case .usedUp: self = .full
        }
    }

    /// What a log that takes nothing means for the request.
    init(_ error: LogError) {
        switch error {
        case .full: self = .logFull
        case .unwritable: self = .logUnwritable
        case .inUse, .closed: self = .ending
        }
    }

    /// The status of the answer. Clients try again after 503 only.
    var status: HTTPResponse.Status {
        switch self {
        case .unsupportedMediaType, .unsupportedContentEncoding: .unsupportedMediaType
        case .tooLarge: .contentTooLarge
        case .undecodable, .interrupted, .compressedWithoutCoding: .badRequest
        case .late: .requestTimeout
        case .full, .logFull, .logUnwritable, .ending: .serviceUnavailable
        }
    }

    /// What the answer and the collector's own metrics say.
    var reason: String {
        switch self {
        case .unsupportedMediaType: "media_type"
        case .unsupportedContentEncoding: "content_encoding"
        case .tooLarge: "too_large"
        case .undecodable: "undecodable"
        case .full: "full"
        case .logFull: "log_full"
        case .logUnwritable: "log_unwritable"
        case .ending: "ending"
        case .interrupted: "interrupted"
        case .late: "late"
        case .compressedWithoutCoding: "compression"
        }
    }

    /// What the client reads.
    var message: String {
        switch self {
        case .unsupportedMediaType(let type):
            "The content type '\(type)' is not OTLP: send application/x-protobuf or application/json."
        case .unsupportedContentEncoding(let coding):
            "The content encoding '\(coding)' is not supported: send gzip, deflate, zstd or identity."
        case .tooLarge(let limit): "The request takes more than \(limit) bytes: send smaller batches."
        case .undecodable(let reason): "The body cannot be decoded: \(reason)"
        case .full: "The collector's memory is full: try again later."
        case .logFull: "The collector's log is full until ClickHouse takes rows again: try again later."
        case .logUnwritable: "The collector's log cannot be written: try again later."
        case .ending: "The collector is ending: try again later."
        case .interrupted(let reason): reason
        case .late: "The call's time was over before its message had come."
        case .compressedWithoutCoding: "The message is compressed, and grpc-encoding does not say how."
        }
    }

    /// The number of the gRPC status (`google.rpc.Code`).
    private var code: Int32 {
        switch self {
        case .unsupportedMediaType, .unsupportedContentEncoding, .undecodable, .compressedWithoutCoding: 3
        case .late: 4
        case .tooLarge: 8
        case .full, .logFull, .logUnwritable, .ending: 14
        case .interrupted: 1
        }
    }

    /// The answer: a `google.rpc.Status` in the encoding of the request, or a plain sentence where that is not known.
    func response(in encoding: OTLPEncoding?) -> Response {
        var response: Response
        if let encoding {
            response = encoding.response(RPCStatus(code: code, message: message), status: status)
        } else {
            response = Response(status: status, headers: [.contentType: "text/plain"], body: .text(message + "\n"))
        }
        if status == .serviceUnavailable { response.head.headerFields[.retryAfter] = "1" }
        return response
    }
}
