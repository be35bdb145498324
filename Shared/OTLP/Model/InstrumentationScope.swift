/// The code that records telemetry (`opentelemetry.proto.common.v1.InstrumentationScope`).
public struct InstrumentationScope: Sendable, Hashable {
    /// The name of the library.
    public var name: String = ""
    /// Its version.
    public var version: String = ""
    /// What else is known of it.
    public var attributes: [KeyValue] = []
    /// How many attributes did not fit.
    public var droppedAttributesCount: UInt32 = 0

    /// Creates a message with every field at its default.
    public init() {}

    /// Creates a message; what is left out has the default of its type.
    public init(
        name: String = "",
        version: String = "",
        attributes: [KeyValue] = [],
        droppedAttributesCount: UInt32 = 0
    ) {
        self.name = name
        self.version = version
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
    }
}

extension InstrumentationScope: OTLPMessage {
    static let fieldNumbers: [String: Int] = [
        "name": 1,
        "version": 2,
        "attributes": 3,
        "droppedAttributesCount": 4,
    ]

    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder) {
        encoder.string(1, "name", name)
        encoder.string(2, "version", version)
        encoder.attributes(3, "attributes", attributes)
        encoder.uint32(4, "droppedAttributesCount", droppedAttributesCount)
    }

    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError) {
        switch field {
        case 1: name = try decoder.string()
        case 2: version = try decoder.string()
        case 3: try decoder.appendMessages(to: &attributes)
        case 4: droppedAttributesCount = try decoder.uint32()
        default: try decoder.skip()
        }
    }
}
