/// What an OTLP endpoint answers when it refuses a request (`google.rpc.Status`).
public struct RPCStatus: Sendable, Hashable {
    /// A gRPC status code.
    public var code: Int32 = 0
    /// What is wrong.
    public var message: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        code: Int32 = 0,
        message: String = ""
    ) {
        self.code = code
        self.message = message
    }
}

extension RPCStatus: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "code": 1,
        "message": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.int32(1, "code", code)
        encoder.string(2, "message", message)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: code = try decoder.int32()
        case 2: message = try decoder.string()
        default: try decoder.skip()
        }
    }
}
