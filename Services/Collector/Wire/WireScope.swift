/// A `ScopeSpans` or `ScopeLogs` message: both are built alike.
struct WireScope {
    let resource: WireResource
    private(set) var name = WireBytes.none
    private(set) var version = WireBytes.none
    private(set) var attributes: [WireAttribute] = []
    private(set) var schemaURL = WireBytes.none
    private let message: WireReader

    private init(_ message: WireReader, of resource: WireResource) throws(WireError) {
        self.resource = resource
        self.message = message
        var reader = message
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: try readScope(reader.message())
            case 3 << 3 | 2: schemaURL = try reader.text()
            default: break
            }
        }
    }

    private mutating func readScope(_ scope: WireReader) throws(WireError) {
        (name, version, attributes) = (WireBytes.none, WireBytes.none, [])
        var reader = scope
        while try reader.next() {
            switch reader.tag {
            case 1 << 3 | 2: name = try reader.text()
            case 2 << 3 | 2: version = try reader.text()
            case 3 << 3 | 2: try attributes.append(attribute: reader)
            default: break
            }
        }
    }

    /// About how many bytes this and the resource add to each row.
    var rowBytes: Int {
        resource.rowBytes + attributes[...].rowBytes + schemaURL.count + name.count + version.count
    }

    /// Calls a closure with each `Span` or `LogRecord` message.
    func forEachItem(_ body: (WireReader) throws(WireError) -> Void) throws(WireError) {
        var reader = message
        while try reader.next() {
            if reader.tag == 2 << 3 | 2 { try body(reader.message()) }
        }
    }

    /// Calls a closure for each scope of a request.
    ///
    /// The fields of a message come in any order, so what a scope's items have in common may stand behind them: each
    /// level is read once for that, and again for what is below it. Nothing is gathered that a hostile body could make
    /// large.
    static func forEach(
        in request: [UInt8],
        checks: Bool,
        _ body: (WireScope) throws(WireError) -> Void
    ) throws(WireError) {
        try request.withUnsafeBufferPointer { request throws(WireError) in
            var groups = WireReader(request, checks: checks)
            while try groups.next() {
                guard groups.tag == 1 << 3 | 2 else { continue }
                let group = try groups.message()
                let resource = try WireResource(group)
                var scopes = group
                while try scopes.next() {
                    guard scopes.tag == 2 << 3 | 2 else { continue }
                    try body(WireScope(scopes.message(), of: resource))
                }
            }
        }
    }
}
