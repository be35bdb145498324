/// How a span ended (`opentelemetry.proto.trace.v1.Status`).
public struct SpanStatus: Sendable, Hashable {
    /// What went wrong, for people.
    public var message: String = ""
    /// Unset, ok or error.
    public var code: SpanStatusCode = .unset

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        message: String = "",
        code: SpanStatusCode = .unset
    ) {
        self.message = message
        self.code = code
    }
}

extension SpanStatus: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "message": 2,
        "code": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.string(2, "message", message)
        encoder.enumeration(3, "code", code.rawValue)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 2: message = try decoder.string()
        case 3: code = SpanStatusCode(rawValue: try decoder.enumeration())
        default: try decoder.skip()
        }
    }
}
