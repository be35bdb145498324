/// A distribution in buckets that grow by a constant factor (`opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint`).
public struct ExponentialHistogramDataPoint: Sendable, Hashable {
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
    /// The factor between buckets is 2^(2^-scale).
    public var scale: Int32 = 0
    /// How many values were zero, or close to it.
    public var zeroCount: UInt64 = 0
    /// The positive values.
    public var positive: ExponentialBuckets? = nil
    /// The negative values, by magnitude.
    public var negative: ExponentialBuckets? = nil
    /// Bit 0: no value was recorded.
    public var flags: UInt32 = 0
    /// Single measurements behind it.
    public var exemplars: [Exemplar] = []
    /// The smallest value.
    public var min: Double? = nil
    /// The largest value.
    public var max: Double? = nil
    /// How close to zero counts as zero.
    public var zeroThreshold: Double = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        attributes: [KeyValue] = [],
        startTime: UInt64 = 0,
        time: UInt64 = 0,
        count: UInt64 = 0,
        sum: Double? = nil,
        scale: Int32 = 0,
        zeroCount: UInt64 = 0,
        positive: ExponentialBuckets? = nil,
        negative: ExponentialBuckets? = nil,
        flags: UInt32 = 0,
        exemplars: [Exemplar] = [],
        min: Double? = nil,
        max: Double? = nil,
        zeroThreshold: Double = 0
    ) {
        self.attributes = attributes
        self.startTime = startTime
        self.time = time
        self.count = count
        self.sum = sum
        self.scale = scale
        self.zeroCount = zeroCount
        self.positive = positive
        self.negative = negative
        self.flags = flags
        self.exemplars = exemplars
        self.min = min
        self.max = max
        self.zeroThreshold = zeroThreshold
    }
}

extension ExponentialHistogramDataPoint: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "attributes": 1,
        "startTimeUnixNano": 2,
        "timeUnixNano": 3,
        "count": 4,
        "sum": 5,
        "scale": 6,
        "zeroCount": 7,
        "positive": 8,
        "negative": 9,
        "flags": 10,
        "exemplars": 11,
        "min": 12,
        "max": 13,
        "zeroThreshold": 14,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.attributes(1, "attributes", attributes)
        encoder.fixed64(2, "startTimeUnixNano", startTime)
        encoder.fixed64(3, "timeUnixNano", time)
        encoder.fixed64(4, "count", count)
        encoder.optionalDouble(5, "sum", sum)
        encoder.sint32(6, "scale", scale)
        encoder.fixed64(7, "zeroCount", zeroCount)
        encoder.optionalMessage(8, "positive", positive)
        encoder.optionalMessage(9, "negative", negative)
        encoder.uint32(10, "flags", flags)
        encoder.messages(11, "exemplars", exemplars)
        encoder.optionalDouble(12, "min", min)
        encoder.optionalDouble(13, "max", max)
        encoder.double(14, "zeroThreshold", zeroThreshold)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &attributes)
        case 2: startTime = try decoder.fixed64()
        case 3: time = try decoder.fixed64()
        case 4: count = try decoder.fixed64()
        case 5: sum = try decoder.double()
        case 6: scale = try decoder.sint32()
        case 7: zeroCount = try decoder.fixed64()
        case 8: positive = try decoder.message(ExponentialBuckets.self)
        case 9: negative = try decoder.message(ExponentialBuckets.self)
        case 10: flags = try decoder.uint32()
        case 11: try decoder.appendMessages(to: &exemplars)
        case 12: min = try decoder.double()
        case 13: max = try decoder.double()
        case 14: zeroThreshold = try decoder.double()
        default: try decoder.skip()
        }
    }
}

/// Consecutive buckets of an exponential histogram (`opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets`).
public struct ExponentialBuckets: Sendable, Hashable {
    /// The index of the first bucket.
    public var offset: Int32 = 0
    /// How many values fell into each.
    public var bucketCounts: [UInt64] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        offset: Int32 = 0,
        bucketCounts: [UInt64] = []
    ) {
        self.offset = offset
        self.bucketCounts = bucketCounts
    }
}

extension ExponentialBuckets: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "offset": 1,
        "bucketCounts": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.sint32(1, "offset", offset)
        encoder.uint64s(2, "bucketCounts", bucketCounts)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: offset = try decoder.sint32()
        case 2: try decoder.uint64s(appendingTo: &bucketCounts)
        default: try decoder.skip()
        }
    }
}
