/// A metric and its series (`opentelemetry.proto.metrics.v1.Metric`).
public struct Metric: Sendable, Hashable {
    /// Its name.
    public var name: String = ""
    /// What it measures, for people.
    public var description: String = ""
    /// Its unit, as UCUM writes it.
    public var unit: String = ""
    /// Its kind and its points.
    public var data: MetricData = .none
    /// What else is known of it.
    public var metadata: [KeyValue] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        name: String = "",
        description: String = "",
        unit: String = "",
        data: MetricData = .none,
        metadata: [KeyValue] = []
    ) {
        self.name = name
        self.description = description
        self.unit = unit
        self.data = data
        self.metadata = metadata
    }
}

extension Metric: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "gauge": 5,
        "sum": 7,
        "histogram": 9,
        "exponentialHistogram": 10,
        "summary": 11,
        "name": 1,
        "description": 2,
        "unit": 3,
        "metadata": 12,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        data.encode(to: &encoder)
        encoder.string(1, "name", name)
        encoder.string(2, "description", description)
        encoder.string(3, "unit", unit)
        encoder.attributes(12, "metadata", metadata)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 5: data = .gauge(try decoder.message(Gauge.self))
        case 7: data = .sum(try decoder.message(Sum.self))
        case 9: data = .histogram(try decoder.message(Histogram.self))
        case 10: data = .exponentialHistogram(try decoder.message(ExponentialHistogram.self))
        case 11: data = .summary(try decoder.message(Summary.self))
        case 1: name = try decoder.string()
        case 2: description = try decoder.string()
        case 3: unit = try decoder.string()
        case 12: try decoder.appendMessages(to: &metadata)
        default: try decoder.skip()
        }
    }
}
