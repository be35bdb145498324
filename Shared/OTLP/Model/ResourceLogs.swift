/// Log records of one resource (`opentelemetry.proto.logs.v1.ResourceLogs`).
public struct ResourceLogs: Sendable, Hashable {
    /// The resource.
    public var resource: Resource = Resource()
    /// Log records, by instrumentation scope.
    public var scopeLogs: [ScopeLogs] = []
    /// The schema of the resource.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resource: Resource = Resource(),
        scopeLogs: [ScopeLogs] = [],
        schemaURL: String = ""
    ) {
        self.resource = resource
        self.scopeLogs = scopeLogs
        self.schemaURL = schemaURL
    }
}

extension ResourceLogs: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resource": 1,
        "scopeLogs": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "resource", resource)
        encoder.messages(2, "scopeLogs", scopeLogs)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: resource = try decoder.message(Resource.self)
        case 2: try decoder.appendMessages(to: &scopeLogs)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}

/// Log records of one instrumentation scope (`opentelemetry.proto.logs.v1.ScopeLogs`).
public struct ScopeLogs: Sendable, Hashable {
    /// The scope.
    public var scope: InstrumentationScope = InstrumentationScope()
    /// Log records.
    public var logRecords: [LogRecord] = []
    /// The schema of the scope and of what is in it.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        scope: InstrumentationScope = InstrumentationScope(),
        logRecords: [LogRecord] = [],
        schemaURL: String = ""
    ) {
        self.scope = scope
        self.logRecords = logRecords
        self.schemaURL = schemaURL
    }
}

extension ScopeLogs: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "scope": 1,
        "logRecords": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "scope", scope)
        encoder.messages(2, "logRecords", logRecords)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: scope = try decoder.message(InstrumentationScope.self)
        case 2: try decoder.appendMessages(to: &logRecords)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}
