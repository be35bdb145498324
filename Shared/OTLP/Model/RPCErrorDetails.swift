import TextCoding

/// What a gRPC server says about a failure beside its status, in the field `grpc-status-details-bin`
/// (`google.rpc.Status`, with `google.rpc.RetryInfo` among its details).
public struct RPCErrorDetails: Sendable, Hashable {
    /// A gRPC status code.
    public var code: Int32 = 0
    /// What is wrong.
    public var message = ""
    /// When to try again, if that makes sense (OTLP specification, OTLP/gRPC Throttling).
    public var retryDelay: Duration?

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(code: Int32 = 0, message: String = "", retryDelay: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryDelay = retryDelay
    }
}

extension RPCErrorDetails: OTLPMessage {
    static let fieldNumbers: [String: Int] = ["code": 1, "message": 2, "details": 3]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.int32(1, "code", code)
        encoder.string(2, "message", message)
        if let retryDelay { encoder.member(3, "details", Detail(retryDelay: retryDelay)) }
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: code = try decoder.int32()
        case 2: message = try decoder.string()
        case 3: retryDelay = try decoder.message(Detail.self).retryDelay ?? retryDelay
        default: try decoder.skip()
        }
    }

    /// A `google.protobuf.Any`, which holds the bytes of a message of any type.
    private struct Detail: OTLPMessage {
        private static let retryInfo = "type.googleapis.com/google.rpc.RetryInfo"
        static let fieldNumbers: [String: Int] = ["typeUrl": 1, "value": 2]
        private var type = ""
        private var value: [UInt8] = []

        init() {}

        init(retryDelay: Duration) {
            type = Self.retryInfo
            value = RetryInfo(delay: DurationMessage(retryDelay)).protobuf()
        }

        var retryDelay: Duration? {
            guard type == Self.retryInfo else { return nil }
            return (try? RetryInfo.decode(protobuf: value))?.delay.duration
        }

        func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
            encoder.string(1, "typeUrl", type)
            encoder.bytes(2, "value", value)
        }

        mutating func decode<Decoder: FieldDecoder>(
            field: Int,
            from decoder: inout Decoder
        ) throws(OTLPDecodingError) {
            switch field {
            case 1: type = try decoder.string()
            case 2: value = try decoder.bytes()
            default: try decoder.skip()
            }
        }
    }

    /// `google.rpc.RetryInfo`.
    private struct RetryInfo: OTLPMessage {
        static let fieldNumbers: [String: Int] = ["retryDelay": 1]
        var delay = DurationMessage()

        func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
            encoder.member(1, "retryDelay", delay)
        }

        mutating func decode<Decoder: FieldDecoder>(
            field: Int,
            from decoder: inout Decoder
        ) throws(OTLPDecodingError) {
            if field == 1 { delay = try decoder.message(DurationMessage.self) } else { try decoder.skip() }
        }
    }

    /// `google.protobuf.Duration`.
    private struct DurationMessage: OTLPMessage {
        static let fieldNumbers: [String: Int] = ["seconds": 1, "nanos": 2]
        private var seconds: Int64 = 0
        private var nanoseconds: Int32 = 0

        init() {}

        init(_ duration: Duration) {
            seconds = duration.components.seconds
            nanoseconds = Int32(duration.components.attoseconds / 1_000_000_000)
        }

        /// The time, which may be up to the 10,000 years that the type allows.
        var duration: Duration {
            .seconds(min(max(seconds, -315_576_000_000), 315_576_000_000)) + .nanoseconds(nanoseconds)
        }

        func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
            encoder.int64(1, "seconds", seconds)
            encoder.int32(2, "nanos", nanoseconds)
        }

        mutating func decode<Decoder: FieldDecoder>(
            field: Int,
            from decoder: inout Decoder
        ) throws(OTLPDecodingError) {
            switch field {
            case 1: seconds = try decoder.int64()
            case 2: nanoseconds = try decoder.int32()
            default: try decoder.skip()
            }
        }
    }
}

extension RPCErrorDetails {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// Reads protobuf's wire format. Unknown fields and details are skipped.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// The field `grpc-status-details-bin`: protobuf in base64.
    public var header: String { String(decoding: Base64.encode(protobuf()), as: UTF8.self) }
    /// Reads the field `grpc-status-details-bin`: protobuf in base64; `nil` when it is not that.
    public init?(header: String) {
        guard let bytes = Base64.decode(header), let details = try? Self(protobuf: bytes) else { return nil }
        self = details
    }
}
