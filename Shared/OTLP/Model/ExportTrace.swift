/// Spans on their way to a backend (`opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`).
public struct ExportTraceServiceRequest: Sendable, Hashable {
    /// Spans, by resource.
    public var resourceSpans: [ResourceSpans] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resourceSpans: [ResourceSpans] = []
    ) {
        self.resourceSpans = resourceSpans
    }
}

extension ExportTraceServiceRequest: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resourceSpans": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "resourceSpans", resourceSpans)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &resourceSpans)
        default: try decoder.skip()
        }
    }
}

/// What a backend says to an export (`opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse`).
public struct ExportTraceServiceResponse: Sendable, Hashable {
    /// What was refused; absent when all was taken.
    public var partialSuccess: ExportTracePartialSuccess? = nil

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        partialSuccess: ExportTracePartialSuccess? = nil
    ) {
        self.partialSuccess = partialSuccess
    }
}

extension ExportTraceServiceResponse: OTLPMessage {
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
        case 1: partialSuccess = try decoder.message(ExportTracePartialSuccess.self)
        default: try decoder.skip()
        }
    }
}

/// What a backend refused of an export that it took (`opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess`).
public struct ExportTracePartialSuccess: Sendable, Hashable {
    /// How many were refused; none, with a message, is a warning.
    public var rejectedSpans: Int64 = 0
    /// Why.
    public var errorMessage: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        rejectedSpans: Int64 = 0,
        errorMessage: String = ""
    ) {
        self.rejectedSpans = rejectedSpans
        self.errorMessage = errorMessage
    }
}

extension ExportTracePartialSuccess: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "rejectedSpans": 1,
        "errorMessage": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.int64(1, "rejectedSpans", rejectedSpans)
        encoder.string(2, "errorMessage", errorMessage)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: rejectedSpans = try decoder.int64()
        case 2: errorMessage = try decoder.string()
        default: try decoder.skip()
        }
    }
}
