/// Something that happened during a span (`opentelemetry.proto.trace.v1.Span.Event`).
public struct SpanEvent: Sendable, Hashable {
    /// When, in nanoseconds since 1970, UTC.
    public var time: UInt64 = 0
    /// What.
    public var name: String = ""
    /// What is known of it.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        time: UInt64 = 0,
        name: String = "",
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0
    ) {
        self.time = time
        self.name = name
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
    }
}

extension SpanEvent: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "timeUnixNano": 1,
        "name": 2,
        "attributes": 3,
        "droppedAttributesCount": 4,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(1, "timeUnixNano", time)
        encoder.string(2, "name", name)
        encoder.attributes(3, "attributes", attributes)
        encoder.uint32(4, "droppedAttributesCount", droppedAttributesCount)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: time = try decoder.fixed64()
        case 2: name = try decoder.string()
        case 3: try decoder.appendMessages(to: &attributes)
        case 4: droppedAttributesCount = try decoder.uint32()
        default: try decoder.skip()
        }
    }
}
