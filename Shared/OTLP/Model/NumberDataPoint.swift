/// A value of a gauge or a sum (`opentelemetry.proto.metrics.v1.NumberDataPoint`).
public struct NumberDataPoint: Sendable, Hashable {
    /// What tells this series from others.
    public var attributes: [KeyValue] = []
    /// When the series began, in nanoseconds since 1970, UTC.
    public var startTime: UInt64 = 0
    /// When the value was read.
    public var time: UInt64 = 0
    /// The value.
    public var value: NumberValue? = nil
    /// Single measurements behind it.
    public var exemplars: [Exemplar] = []
    /// Bit 0: no value was recorded.
    public var flags: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        attributes: [KeyValue] = [],
        startTime: UInt64 = 0,
        time: UInt64 = 0,
        value: NumberValue? = nil,
        exemplars: [Exemplar] = [],
        flags: UInt32 = 0
    ) {
        self.attributes = attributes
        self.startTime = startTime
        self.time = time
        self.value = value
        self.exemplars = exemplars
        self.flags = flags
    }
}

extension NumberDataPoint: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "startTimeUnixNano": 2,
        "timeUnixNano": 3,
        "asDouble": 4,
        "asInt": 6,
        "exemplars": 5,
        "attributes": 7,
        "flags": 8,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(2, "startTimeUnixNano", startTime)
        encoder.fixed64(3, "timeUnixNano", time)
        encoder.number(asDouble: 4, asInt: 6, value)
        encoder.messages(5, "exemplars", exemplars)
        encoder.attributes(7, "attributes", attributes)
        encoder.uint32(8, "flags", flags)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 2: startTime = try decoder.fixed64()
        case 3: time = try decoder.fixed64()
        case 4: value = .double(try decoder.double())
        case 6: value = .int(try decoder.sfixed64())
        case 5: try decoder.appendMessages(to: &exemplars)
        case 7: try decoder.appendMessages(to: &attributes)
        case 8: flags = try decoder.uint32()
        default: try decoder.skip()
        }
    }
}
