/// A distribution in buckets with explicit bounds (`opentelemetry.proto.metrics.v1.HistogramDataPoint`).
public struct HistogramDataPoint: Sendable, Hashable {
    /// What tells this series from others.
    public var attributes: [KeyValue] = []
    /// When the series began, in nanoseconds since 1970, UTC.
    public var startTime: UInt64 = 0
    /// When it was read.
    public var time: UInt64 = 0
    /// How many values.
    public var count: UInt64 = 0
    /// Their sum.
    public var sum: Double? = nil
    /// How many fell into each bucket; one more than there are bounds.
    public var bucketCounts: [UInt64] = []
    /// The upper bounds, inclusive, ascending.
    public var explicitBounds: [Double] = []
    /// Single measurements behind it.
    public var exemplars: [Exemplar] = []
    /// Bit 0: no value was recorded.
    public var flags: UInt32 = 0
    /// The smallest value.
    public var min: Double? = nil
    /// The largest value.
    public var max: Double? = nil

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        attributes: [KeyValue] = [],
        startTime: UInt64 = 0,
        time: UInt64 = 0,
        count: UInt64 = 0,
        sum: Double? = nil,
        bucketCounts: [UInt64] = [],
        explicitBounds: [Double] = [],
        exemplars: [Exemplar] = [],
        flags: UInt32 = 0,
        min: Double? = nil,
        max: Double? = nil
    ) {
        self.attributes = attributes
        self.startTime = startTime
        self.time = time
        self.count = count
        self.sum = sum
        self.bucketCounts = bucketCounts
        self.explicitBounds = explicitBounds
        self.exemplars = exemplars
        self.flags = flags
        self.min = min
        self.max = max
    }
}

extension HistogramDataPoint: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "startTimeUnixNano": 2,
        "timeUnixNano": 3,
        "count": 4,
        "sum": 5,
        "bucketCounts": 6,
        "explicitBounds": 7,
        "exemplars": 8,
        "attributes": 9,
        "flags": 10,
        "min": 11,
        "max": 12,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.fixed64(2, "startTimeUnixNano", startTime)
        encoder.fixed64(3, "timeUnixNano", time)
        encoder.fixed64(4, "count", count)
        encoder.optionalDouble(5, "sum", sum)
        encoder.fixed64s(6, "bucketCounts", bucketCounts)
        encoder.doubles(7, "explicitBounds", explicitBounds)
        encoder.messages(8, "exemplars", exemplars)
        encoder.attributes(9, "attributes", attributes)
        encoder.uint32(10, "flags", flags)
        encoder.optionalDouble(11, "min", min)
        encoder.optionalDouble(12, "max", max)
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
        case 6: try decoder.fixed64s(appendingTo: &bucketCounts)
        case 7: try decoder.doubles(appendingTo: &explicitBounds)
        case 8: try decoder.appendMessages(to: &exemplars)
        case 9: try decoder.appendMessages(to: &attributes)
        case 10: flags = try decoder.uint32()
        case 11: min = try decoder.double()
        case 12: max = try decoder.double()
        default: try decoder.skip()
        }
    }
}
