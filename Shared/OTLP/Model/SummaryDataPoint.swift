/// A distribution as quantiles (`opentelemetry.proto.metrics.v1.SummaryDataPoint`).
public struct SummaryDataPoint: Sendable, Hashable {
    /// What tells this series from others.
    public var attributes: [KeyValue] = []
    /// When the series began, in nanoseconds since 1970, UTC.
    public var startTime: UInt64 = 0
    /// When it was read.
    public var time: UInt64 = 0
    /// How many values.
    public var count: UInt64 = 0
    /// Their sum.
    public var sum: Double = 0
    /// The quantiles.
    public var quantileValues: [ValueAtQuantile] = []
    /// Bit 0: no value was recorded.
    public var flags: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        attributes: [KeyValue] = [],
        startTime: UInt64 = 0,
        time: UInt64 = 0,
        count: UInt64 = 0,
        sum: Double = 0,
        quantileValues: [ValueAtQuantile] = [],
        flags: UInt32 = 0
    ) {
        self.attributes = attributes
        self.startTime = startTime
        self.time = time
        self.count = count
        self.sum = sum
        self.quantileValues = quantileValues
        self.flags = flags
    }
}

extension SummaryDataPoint: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "startTimeUnixNano": 2,
        "timeUnixNano": 3,
        "count": 4,
        "sum": 5,
        "quantileValues": 6,
        "attributes": 7,
        "flags": 8,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(2, "startTimeUnixNano", startTime)
        encoder.fixed64(3, "timeUnixNano", time)
        encoder.fixed64(4, "count", count)
        encoder.double(5, "sum", sum)
        encoder.messages(6, "quantileValues", quantileValues)
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
        case 4: count = try decoder.fixed64()
        case 5: sum = try decoder.double()
        case 6: try decoder.appendMessages(to: &quantileValues)
        case 7: try decoder.appendMessages(to: &attributes)
        case 8: flags = try decoder.uint32()
        default: try decoder.skip()
        }
    }
}

/// A quantile (`opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile`).
public struct ValueAtQuantile: Sendable, Hashable {
    /// From 0 to 1.
    public var quantile: Double = 0
    /// The value there.
    public var value: Double = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        quantile: Double = 0,
        value: Double = 0
    ) {
        self.quantile = quantile
        self.value = value
    }
}

extension ValueAtQuantile: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "quantile": 1,
        "value": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.double(1, "quantile", quantile)
        encoder.double(2, "value", value)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: quantile = try decoder.double()
        case 2: value = try decoder.double()
        default: try decoder.skip()
        }
    }
}
