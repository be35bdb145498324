/// A single measurement behind an aggregate (`opentelemetry.proto.metrics.v1.Exemplar`).
public struct Exemplar: Sendable, Hashable {
    /// Attributes that the series does not have.
    public var filteredAttributes: [KeyValue] = []
    /// When it was taken, in nanoseconds since 1970, UTC.
    public var time: UInt64 = 0
    /// The value.
    public var value: NumberValue? = nil
    /// The span in which it was taken.
    public var spanID: SpanID = .none
    /// The trace in which it was taken.
    public var traceID: TraceID = .none

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        filteredAttributes: [KeyValue] = [],
        time: UInt64 = 0,
        value: NumberValue? = nil,
        spanID: SpanID = .none,
        traceID: TraceID = .none
    ) {
        self.filteredAttributes = filteredAttributes
        self.time = time
        self.value = value
        self.spanID = spanID
        self.traceID = traceID
    }
}

extension Exemplar: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "timeUnixNano": 2,
        "asDouble": 3,
        "asInt": 6,
        "spanId": 4,
        "traceId": 5,
        "filteredAttributes": 7,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(2, "timeUnixNano", time)
        encoder.number(asDouble: 3, asInt: 6, value)
        encoder.spanID(4, "spanId", spanID)
        encoder.traceID(5, "traceId", traceID)
        encoder.attributes(7, "filteredAttributes", filteredAttributes)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 2: time = try decoder.fixed64()
        case 3: value = .double(try decoder.double())
        case 6: value = .int(try decoder.sfixed64())
        case 4: spanID = try decoder.spanID()
        case 5: traceID = try decoder.traceID()
        case 7: try decoder.appendMessages(to: &filteredAttributes)
        default: try decoder.skip()
        }
    }
}
