/// What the items of a `ResourceSpans` or `ResourceLogs` message have in common: both are built alike.
struct WireResource {
    private(set) var attributes: [WireAttribute] = []
    private(set) var schemaURL = WireBytes.none
    /// The value of `service.name` as text, or nothing.
    private(set) var serviceName: [UInt8] = []
    /// About how many bytes this adds to each row.
    let rowBytes: Int

    init(_ message: WireReader) throws(WireError) {
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: attributes = try Self.attributes(reader.message())
            case 3 << 3 | 2: schemaURL = try reader.text()
            default: break
            }
        }
        rowBytes = attributes[...].rowBytes + schemaURL.count
        if let named = attributes.first(where: { $0.key.elementsEqual("service.name".utf8) }) {
            serviceName = try Self.text(WireValue(named.value))
        }
    }

    private static func attributes(_ resource: WireReader) throws(WireError) -> [WireAttribute] {
        var attributes: [WireAttribute] = []
        var reader = resource
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: try attributes.append(attribute: reader)
            case 3 << 3 | 2: try check(entity: reader.message())
            default: break
            }
        }
        return attributes
    }

    /// An `EntityRef` is not stored.
    private static func check(entity: WireReader) throws(WireError) {
        var reader = entity
        while try reader.next() {
            if (1...4).contains(reader.tag >> 3), reader.tag & 7 == 2 { _ = try reader.text() }
        }
    }

    private static func text(_ value: WireValue) throws(WireError) -> [UInt8] {
        if case .text(let text) = value { return Array(text) }
        return ValueText.bytes(of: try value.model())
    }
}
