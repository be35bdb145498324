/// Metrics of one resource (`opentelemetry.proto.metrics.v1.ResourceMetrics`).
public struct ResourceMetrics: Sendable, Hashable {
    /// The resource.
    public var resource: Resource = Resource()
    /// Metrics, by instrumentation scope.
    public var scopeMetrics: [ScopeMetrics] = []
    /// The schema of the resource.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        resource: Resource = Resource(),
        scopeMetrics: [ScopeMetrics] = [],
        schemaURL: String = ""
    ) {
        self.resource = resource
        self.scopeMetrics = scopeMetrics
        self.schemaURL = schemaURL
    }
}

extension ResourceMetrics: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "resource": 1,
        "scopeMetrics": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "resource", resource)
        encoder.messages(2, "scopeMetrics", scopeMetrics)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: resource = try decoder.message(Resource.self)
        case 2: try decoder.appendMessages(to: &scopeMetrics)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}

/// Metrics of one instrumentation scope (`opentelemetry.proto.metrics.v1.ScopeMetrics`).
public struct ScopeMetrics: Sendable, Hashable {
    /// The scope.
    public var scope: InstrumentationScope = InstrumentationScope()
    /// Metrics.
    public var metrics: [Metric] = []
    /// The schema of the scope and of what is in it.
    public var schemaURL: String = ""

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        scope: InstrumentationScope = InstrumentationScope(),
        metrics: [Metric] = [],
        schemaURL: String = ""
    ) {
        self.scope = scope
        self.metrics = metrics
        self.schemaURL = schemaURL
    }
}

extension ScopeMetrics: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "scope": 1,
        "metrics": 2,
        "schemaUrl": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.message(1, "scope", scope)
        encoder.messages(2, "metrics", metrics)
        encoder.string(3, "schemaUrl", schemaURL)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: scope = try decoder.message(InstrumentationScope.self)
        case 2: try decoder.appendMessages(to: &metrics)
        case 3: schemaURL = try decoder.string()
        default: try decoder.skip()
        }
    }
}
