/// A span that another relates to (`opentelemetry.proto.trace.v1.Span.Link`).
public struct SpanLink: Sendable, Hashable {
    /// The trace of the other span.
    public var traceID: TraceID = .none
    /// The other span.
    public var spanID: SpanID = .none
    /// The W3C `tracestate` of the other span.
    public var traceState: String = ""
    /// What is known of the relation.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0
    /// W3C trace flags of the other span.
    public var flags: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        traceID: TraceID = .none,
        spanID: SpanID = .none,
        traceState: String = "",
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0,
        flags: UInt32 = 0
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.traceState = traceState
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.flags = flags
    }
}

extension SpanLink: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "traceId": 1,
        "spanId": 2,
        "traceState": 3,
        "attributes": 4,
        "droppedAttributesCount": 5,
        "flags": 6,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.traceID(1, "traceId", traceID)
        encoder.spanID(2, "spanId", spanID)
        encoder.string(3, "traceState", traceState)
        encoder.attributes(4, "attributes", attributes)
        encoder.uint32(5, "droppedAttributesCount", droppedAttributesCount)
        encoder.fixed32(6, "flags", flags)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: traceID = try decoder.traceID()
        case 2: spanID = try decoder.spanID()
        case 3: traceState = try decoder.string()
        case 4: try decoder.appendMessages(to: &attributes)
        case 5: droppedAttributesCount = try decoder.uint32()
        case 6: flags = try decoder.fixed32()
        default: try decoder.skip()
        }
    }
}
