/// Metrics on their way to a backend (`opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest`).
public struct ExportMetricsServiceRequest: Sendable, Hashable {
    /// Metrics, by resource.
    public var resourceMetrics: [ResourceMetrics] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resourceMetrics: [ResourceMetrics] = []
    ) {
        self.resourceMetrics = resourceMetrics
    }
}

extension ExportMetricsServiceRequest: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resourceMetrics": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "resourceMetrics", resourceMetrics)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &resourceMetrics)
        default: try decoder.skip()
        }
    }
}

/// What a backend says to an export (`opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse`).
public struct ExportMetricsServiceResponse: Sendable, Hashable {
    /// What was refused; absent when all was taken.
    public var partialSuccess: ExportMetricsPartialSuccess? = nil

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        partialSuccess: ExportMetricsPartialSuccess? = nil
    ) {
        self.partialSuccess = partialSuccess
    }
}

extension ExportMetricsServiceResponse: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "partialSuccess": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.optionalMessage(1, "partialSuccess", partialSuccess)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: partialSuccess = try decoder.message(ExportMetricsPartialSuccess.self)
        default: try decoder.skip()
        }
    }
}

/// What a backend refused of an export that it took (`opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess`).
public struct ExportMetricsPartialSuccess: Sendable, Hashable {
    /// How many were refused; none, with a message, is a warning.
    public var rejectedDataPoints: Int64 = 0
    /// Why.
    public var errorMessage: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        rejectedDataPoints: Int64 = 0,
        errorMessage: String = ""
    ) {
        self.rejectedDataPoints = rejectedDataPoints
        self.errorMessage = errorMessage
    }
}

extension ExportMetricsPartialSuccess: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "rejectedDataPoints": 1,
        "errorMessage": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.int64(1, "rejectedDataPoints", rejectedDataPoints)
        encoder.string(2, "errorMessage", errorMessage)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: rejectedDataPoints = try decoder.int64()
        case 2: errorMessage = try decoder.string()
        default: try decoder.skip()
        }
    }
}
