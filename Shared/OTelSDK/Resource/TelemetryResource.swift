public import OTLP

/// What emits telemetry, described by attributes (OpenTelemetry specification, Resource SDK).
public struct TelemetryResource: Sendable, Hashable {
    /// The attributes; each key once.
    public private(set) var attributes: [Attribute]
    /// The schema of the attributes; empty when not known.
    public private(set) var schemaURL: String

    /// No attributes.
    public static let empty = TelemetryResource()

    /// Creates a resource; of a key that comes twice the last counts.
    public init(_ attributes: [Attribute] = [], schemaURL: String = "") {
        self.attributes = []
        self.schemaURL = schemaURL
        for attribute in attributes where !attribute.key.isEmpty { set(attribute) }
    }

    /// Creates a resource of texts, for those who need no other values.
    public init(texts: KeyValuePairs<String, String>) {
        self.init(texts.map { Attribute($0.key, .string($0.value)) })
    }

    /// The text of a key; `nil` when there is none or it is no text.
    public func text(_ key: String) -> String? {
        if case .string(let text) = self[key] { text } else { nil }
    }

    /// The value of a key.
    public subscript(key: String) -> AttributeValue? {
        attributes.first { $0.key == key }?.value
    }

    /// This resource with another on top: where both have a key, the other's value counts.
    ///
    /// A schema URL that only one of them has is taken. Where both have different ones the result has none, and the
    /// difference is reported, since schemas cannot be translated into each other here.
    public func merging(_ other: TelemetryResource) -> TelemetryResource {
        var merged = self
        for attribute in other.attributes { merged.set(attribute) }
        if schemaURL.isEmpty || schemaURL == other.schemaURL {
            merged.schemaURL = other.schemaURL
        } else if !other.schemaURL.isEmpty {
            merged.schemaURL = ""
            Diagnostics.report(
                .warning,
                "Resources of the schemas \(schemaURL) and \(other.schemaURL) were merged; the result has no schema."
            )
        }
        return merged
    }

    /// The resource as OTLP has it; its schema URL stands beside it there.
    public var otlp: OTLP.Resource { OTLP.Resource(attributes: attributes) }

    private mutating func set(_ attribute: KeyValue) {
        if let index = attributes.firstIndex(where: { $0.key == attribute.key }) {
            attributes[index] = attribute
        } else {
            attributes.append(attribute)
        }
    }
}
