/// A document that a client may read (MCP, *Resources*).
struct Resource: Sendable {
    let uri: String
    let name: String
    let title: String
    let description: String
    let mediaType: String
    /// The document.
    let read: @Sendable () async throws -> String

    /// As `resources/list` has it.
    var document: JSONValue {
        [
            "uri": .text(uri), "name": .text(name), "title": .text(title), "description": .text(description),
            "mimeType": .text(mediaType),
        ]
    }
}
