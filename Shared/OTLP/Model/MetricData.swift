/// Values that are what they are (`opentelemetry.proto.metrics.v1.Gauge`).
public struct Gauge: Sendable, Hashable {
    /// The series.
    public var dataPoints: [NumberDataPoint] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        dataPoints: [NumberDataPoint] = []
    ) {
        self.dataPoints = dataPoints
    }
}

extension Gauge: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "dataPoints": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "dataPoints", dataPoints)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &dataPoints)
        default: try decoder.skip()
        }
    }
}

/// Values that add up (`opentelemetry.proto.metrics.v1.Sum`).
public struct Sum: Sendable, Hashable {
    /// The series.
    public var dataPoints: [NumberDataPoint] = []
    /// Since when it counts.
    public var aggregationTemporality: AggregationTemporality = .unspecified
    /// Whether it only grows.
    public var isMonotonic: Bool = false

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        dataPoints: [NumberDataPoint] = [],
        aggregationTemporality: AggregationTemporality = .unspecified,
        isMonotonic: Bool = false
    ) {
        self.dataPoints = dataPoints
        self.aggregationTemporality = aggregationTemporality
        self.isMonotonic = isMonotonic
    }
}

extension Sum: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "dataPoints": 1,
        "aggregationTemporality": 2,
        "isMonotonic": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "dataPoints", dataPoints)
        encoder.enumeration(2, "aggregationTemporality", aggregationTemporality.rawValue)
        encoder.bool(3, "isMonotonic", isMonotonic)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &dataPoints)
        case 2: aggregationTemporality = AggregationTemporality(rawValue: try decoder.enumeration())
        case 3: isMonotonic = try decoder.bool()
        default: try decoder.skip()
        }
    }
}

/// Distributions with explicit bounds (`opentelemetry.proto.metrics.v1.Histogram`).
public struct Histogram: Sendable, Hashable {
    /// The series.
    public var dataPoints: [HistogramDataPoint] = []
    /// Since when it counts.
    public var aggregationTemporality: AggregationTemporality = .unspecified

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        dataPoints: [HistogramDataPoint] = [],
        aggregationTemporality: AggregationTemporality = .unspecified
    ) {
        self.dataPoints = dataPoints
        self.aggregationTemporality = aggregationTemporality
    }
}

extension Histogram: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "dataPoints": 1,
        "aggregationTemporality": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "dataPoints", dataPoints)
        encoder.enumeration(2, "aggregationTemporality", aggregationTemporality.rawValue)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &dataPoints)
        case 2: aggregationTemporality = AggregationTemporality(rawValue: try decoder.enumeration())
        default: try decoder.skip()
        }
    }
}

/// Distributions with exponential bounds (`opentelemetry.proto.metrics.v1.ExponentialHistogram`).
public struct ExponentialHistogram: Sendable, Hashable {
    /// The series.
    public var dataPoints: [ExponentialHistogramDataPoint] = []
    /// Since when it counts.
    public var aggregationTemporality: AggregationTemporality = .unspecified

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        dataPoints: [ExponentialHistogramDataPoint] = [],
        aggregationTemporality: AggregationTemporality = .unspecified
    ) {
        self.dataPoints = dataPoints
        self.aggregationTemporality = aggregationTemporality
    }
}

extension ExponentialHistogram: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "dataPoints": 1,
        "aggregationTemporality": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "dataPoints", dataPoints)
        encoder.enumeration(2, "aggregationTemporality", aggregationTemporality.rawValue)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &dataPoints)
        case 2: aggregationTemporality = AggregationTemporality(rawValue: try decoder.enumeration())
        default: try decoder.skip()
        }
    }
}

/// Distributions as quantiles (`opentelemetry.proto.metrics.v1.Summary`).
public struct Summary: Sendable, Hashable {
    /// The series.
    public var dataPoints: [SummaryDataPoint] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        dataPoints: [SummaryDataPoint] = []
    ) {
        self.dataPoints = dataPoints
    }
}

extension Summary: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "dataPoints": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "dataPoints", dataPoints)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &dataPoints)
        default: try decoder.skip()
        }
    }
}

/// The kind of a metric, with its points.
public enum MetricData: Sendable, Hashable {
    /// Nothing, or a kind that this version does not know.
    case none
    /// Values that are what they are.
    case gauge(Gauge)
    /// Values that add up.
    case sum(Sum)
    /// Distributions with explicit bounds.
    case histogram(Histogram)
    /// Distributions with exponential bounds.
    case exponentialHistogram(ExponentialHistogram)
    /// Distributions as quantiles.
    case summary(Summary)

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        switch self {
        case .none: break
        case .gauge(let gauge): encoder.member(5, "gauge", gauge)
        case .sum(let sum): encoder.member(7, "sum", sum)
        case .histogram(let histogram): encoder.member(9, "histogram", histogram)
        case .exponentialHistogram(let histogram): encoder.member(10, "exponentialHistogram", histogram)
        case .summary(let summary): encoder.member(11, "summary", summary)
        }
    }
}
