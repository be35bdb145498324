/// Something that a client may have done (MCP, *Tools*).
struct Tool: Sendable {
    let name: String
    let title: String
    let description: String
    /// JSON Schema of the arguments.
    let input: JSONValue
    /// Whether nothing is different afterwards.
    let isReadOnly: Bool
    /// Does it. What it throws as ``ToolRefusal`` is told to the model.
    let call: @Sendable (ToolArguments, Progress) async throws -> ToolResult

    /// As `tools/list` has it.
    var document: JSONValue {
        [
            "name": .text(name), "title": .text(title), "description": .text(description), "inputSchema": input,
            "annotations": [
                "readOnlyHint": .truth(isReadOnly), "destructiveHint": false, "openWorldHint": false,
            ],
        ]
    }
}

/// What a tool found.
struct ToolResult: Sendable {
    /// What the model reads.
    let text: String
    /// The same for programs, or what comes with it.
    var structured: JSONValue?
    var isError = false

    /// As `tools/call` has it.
    var document: JSONValue {
        var content: [JSONValue] = [["type": "text", "text": .text(text)]]
        var result: [String: JSONValue] = ["isError": .truth(isError)]
        if let structured {
            result["structuredContent"] = structured
            if structured.description != text {
                content.append(["type": "text", "text": .text(structured.description)])
            }
        }
        result["content"] = .array(content)
        return .object(result)
    }
}

/// Why a tool did not do what it was asked, in a sentence that says what to do next.
struct ToolRefusal: Error, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The arguments of a call.
struct ToolArguments: Sendable {
    let members: [String: JSONValue]

    /// A text that must be there.
    ///
    /// - Throws: ``ToolRefusal``.
    func text(_ name: String) throws(ToolRefusal) -> String {
        guard let value = members[name] else { throw ToolRefusal("\(name) is missing: it is a text.") }
        guard let text = value.text, !text.isEmpty else { throw ToolRefusal("\(name) must be a text, and not empty.") }
        return text
    }

    /// A text that may be left out.
    ///
    /// - Throws: ``ToolRefusal``.
    func optionalText(_ name: String) throws(ToolRefusal) -> String? {
        switch members[name] {
        case nil, .null: nil
        default: try text(name)
        }
    }
}

/// Tells a client how far a call is. Nothing is told where the client did not ask for it.
struct Progress: Sendable {
    /// Sends one report: how far, of how much, and a sentence.
    let report: @Sendable (Double, Double?, String) async -> Void

    /// For clients that do not want to know.
    static let none = Progress { _, _, _ in }
}
