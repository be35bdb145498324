/// Spans of one resource (`opentelemetry.proto.trace.v1.ResourceSpans`).
public struct ResourceSpans: Sendable, Hashable {
    /// The resource.
    public var resource: Resource = Resource()
    /// Spans, by instrumentation scope.
    public var scopeSpans: [ScopeSpans] = []
    /// The schema of the resource.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resource: Resource = Resource(),
        scopeSpans: [ScopeSpans] = [],
        schemaURL: String = ""
    ) {
        self.resource = resource
        self.scopeSpans = scopeSpans
        self.schemaURL = schemaURL
    }
}

extension ResourceSpans: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resource": 1,
        "scopeSpans": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "resource", resource)
        encoder.messages(2, "scopeSpans", scopeSpans)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: resource = try decoder.message(Resource.self)
        case 2: try decoder.appendMessages(to: &scopeSpans)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}

/// Spans of one instrumentation scope (`opentelemetry.proto.trace.v1.ScopeSpans`).
public struct ScopeSpans: Sendable, Hashable {
    /// The scope.
    public var scope: InstrumentationScope = InstrumentationScope()
    /// Spans.
    public var spans: [Span] = []
    /// The schema of the scope and of what is in it.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        scope: InstrumentationScope = InstrumentationScope(),
        spans: [Span] = [],
        schemaURL: String = ""
    ) {
        self.scope = scope
        self.spans = spans
        self.schemaURL = schemaURL
    }
}

extension ScopeSpans: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "scope": 1,
        "spans": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "scope", scope)
        encoder.messages(2, "spans", spans)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: scope = try decoder.message(InstrumentationScope.self)
        case 2: try decoder.appendMessages(to: &spans)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}
