/// What emits telemetry (`opentelemetry.proto.resource.v1.Resource`).
public struct Resource: Sendable, Hashable {
    /// What identifies and describes it.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0
    /// Which entities the attributes belong to.
    public var entityRefs: [EntityRef] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0,
        entityRefs: [EntityRef] = []
    ) {
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.entityRefs = entityRefs
    }
}

extension Resource: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "attributes": 1,
        "droppedAttributesCount": 2,
        "entityRefs": 3,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.attributes(1, "attributes", attributes)
        encoder.uint32(2, "droppedAttributesCount", droppedAttributesCount)
        encoder.messages(3, "entityRefs", entityRefs)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: try decoder.appendMessages(to: &attributes)
        case 2: droppedAttributesCount = try decoder.uint32()
        case 3: try decoder.appendMessages(to: &entityRefs)
        default: try decoder.skip()
        }
    }
}

/// Names an entity by some of its resource's attributes (`opentelemetry.proto.common.v1.EntityRef`).
public struct EntityRef: Sendable, Hashable {
    /// The schema of the attributes.
    public var schemaURL: String = ""
    /// The type of the entity.
    public var type: String = ""
    /// The attributes that identify it.
    public var idKeys: [String] = []
    /// The attributes that describe it.
    public var descriptionKeys: [String] = []

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        schemaURL: String = "",
        type: String = "",
        idKeys: [String] = [],
        descriptionKeys: [String] = []
    ) {
        self.schemaURL = schemaURL
        self.type = type
        self.idKeys = idKeys
        self.descriptionKeys = descriptionKeys
    }
}

extension EntityRef: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "schemaUrl": 1,
        "type": 2,
        "idKeys": 3,
        "descriptionKeys": 4,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.string(1, "schemaUrl", schemaURL)
        encoder.string(2, "type", type)
        encoder.strings(3, "idKeys", idKeys)
        encoder.strings(4, "descriptionKeys", descriptionKeys)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: schemaURL = try decoder.string()
        case 2: type = try decoder.string()
        case 3: try decoder.strings(appendingTo: &idKeys)
        case 4: try decoder.strings(appendingTo: &descriptionKeys)
        default: try decoder.skip()
        }
    }
}
