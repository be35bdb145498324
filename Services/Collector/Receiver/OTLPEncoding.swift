import HTTPCore
import HTTPTypes
import OTLP

/// The two encodings of OTLP/HTTP.
enum OTLPEncoding: Sendable, Equatable {
    case protobuf
    case json

    /// Reads a `Content-Type`, whatever its parameters.
    init?(contentType: String) {
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        switch type {
        case "application/x-protobuf": self = .protobuf
        case "application/json": self = .json
        default: return nil
        }
    }

    /// The `Content-Type` of an answer.
    var contentType: String {
        switch self {
        case .protobuf: "application/x-protobuf"
        case .json: "application/json"
        }
    }

    /// Decodes a body.
    func decode<Message: OTLPBody>(_ type: Message.Type, _ bytes: [UInt8]) throws(OTLPDecodingError) -> Message {
        switch self {
        case .protobuf: try Message(protobuf: bytes)
        case .json: try Message(json: bytes)
        }
    }

    /// An answer with a message.
    func response(_ message: some OTLPBody, status: HTTPResponse.Status = .ok) -> Response {
        let bytes =
            switch self {
            case .protobuf: message.encodeProtobuf()
            case .json: message.encodeJSON()
            }
        return Response(status: status, headers: [.contentType: contentType], body: .bytes(bytes))
    }
}
