/// Log records on their way to a backend (`opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest`).
public struct ExportLogsServiceRequest: Sendable, Hashable {
    /// Log records, by resource.
    public var resourceLogs: [ResourceLogs] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resourceLogs: [ResourceLogs] = []
    ) {
        self.resourceLogs = resourceLogs
    }
}

extension ExportLogsServiceRequest: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resourceLogs": 1
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.messages(1, "resourceLogs", resourceLogs)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &resourceLogs)
        default: try decoder.skip()
        }
    }
}

/// What a backend says to an export (`opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse`).
public struct ExportLogsServiceResponse: Sendable, Hashable {
    /// What was refused; absent when all was taken.
    public var partialSuccess: ExportLogsPartialSuccess? = nil

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        partialSuccess: ExportLogsPartialSuccess? = nil
    ) {
        self.partialSuccess = partialSuccess
    }
}

extension ExportLogsServiceResponse: OTLPMessage {
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
        case 1: partialSuccess = try decoder.message(ExportLogsPartialSuccess.self)
        default: try decoder.skip()
        }
    }
}

/// What a backend refused of an export that it took (`opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess`).
public struct ExportLogsPartialSuccess: Sendable, Hashable {
    /// How many were refused; none, with a message, is a warning.
    public var rejectedLogRecords: Int64 = 0
    /// Why.
    public var errorMessage: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        rejectedLogRecords: Int64 = 0,
        errorMessage: String = ""
    ) {
        self.rejectedLogRecords = rejectedLogRecords
        self.errorMessage = errorMessage
    }
}

extension ExportLogsPartialSuccess: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "rejectedLogRecords": 1,
        "errorMessage": 2,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.int64(1, "rejectedLogRecords", rejectedLogRecords)
        encoder.string(2, "errorMessage", errorMessage)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: rejectedLogRecords = try decoder.int64()
        case 2: errorMessage = try decoder.string()
        default: try decoder.skip()
        }
    }
}
