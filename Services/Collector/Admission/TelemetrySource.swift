import OTLP

/// Where items come from: what all of a scope's items have in common.
struct TelemetrySource {
    let resource: Resource
    let resourceSchemaURL: String
    let scope: InstrumentationScope
    let scopeSchemaURL: String

    /// The resource's `service.name`, or nothing.
    var serviceName: String {
        resource.attributes.first { $0.key == "service.name" }.map { ValueText.string(of: $0.value) } ?? ""
    }

    /// About how many bytes this adds to each row.
    var sizePerRow: Int {
        resource.attributes.estimatedSize + scope.attributes.estimatedSize + resourceSchemaURL.utf8.count
            + scopeSchemaURL.utf8.count + scope.name.utf8.count + scope.version.utf8.count
    }
}

extension [KeyValue] {
    /// About how many bytes these take as text, with their bookkeeping.
    var estimatedSize: Int {
        reduce(8) { $0 + $1.key.utf8.count + 6 + $1.value.estimatedSize }
    }
}

extension AnyValue {
    fileprivate var estimatedSize: Int {
        switch self {
        case .empty, .bool, .int, .double: 8
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count * 4 / 3 + 4
        case .array(let values): values.reduce(2) { $0 + $1.estimatedSize + 3 }
        case .keyValues(let members): members.estimatedSize
        }
    }
}
