extension OTLPMessage {
    func protobuf() -> [UInt8] {
        var encoder = ProtobufEncoder()
        encode(to: &encoder)
        return encoder.bytes
    }

    fileprivate func json() -> [UInt8] {
        var encoder = JSONFieldEncoder()
        encoder.write(self)
        return encoder.output
    }

    static func decode(protobuf bytes: [UInt8]) throws(OTLPDecodingError) -> Self {
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<Self, OTLPDecodingError> in
            var decoder = ProtobufDecoder(buffer)
            do throws(OTLPDecodingError) {
                return .success(try decoder.read(Self.self))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    fileprivate static func decode(json bytes: [UInt8]) throws(OTLPDecodingError) -> Self {
        try JSONFieldDecoder.decode(bytes)
    }
}

/// A message that travels on its own: the body of an OTLP/HTTP request or response.
public protocol OTLPBody: Sendable {
    /// The message in protobuf's wire format (`application/x-protobuf`).
    func encodeProtobuf() -> [UInt8]
    /// The message as OTLP/JSON (`application/json`).
    func encodeJSON() -> [UInt8]
    /// Reads protobuf's wire format. Unknown fields are skipped.
    init(protobuf bytes: [UInt8]) throws(OTLPDecodingError)
    /// Reads OTLP/JSON. Unknown names are ignored.
    init(json bytes: [UInt8]) throws(OTLPDecodingError)
}

extension ExportTraceServiceRequest: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension ExportTraceServiceResponse: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension ExportMetricsServiceRequest: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension ExportMetricsServiceResponse: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension ExportLogsServiceRequest: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension ExportLogsServiceResponse: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}

extension RPCStatus: OTLPBody {
    /// The message in protobuf's wire format.
    public func encodeProtobuf() -> [UInt8] { protobuf() }
    /// The message as OTLP/JSON.
    public func encodeJSON() -> [UInt8] { json() }
    /// Reads protobuf's wire format.
    public init(protobuf bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(protobuf: bytes) }
    /// Reads OTLP/JSON.
    public init(json bytes: [UInt8]) throws(OTLPDecodingError) { self = try Self.decode(json: bytes) }
}
